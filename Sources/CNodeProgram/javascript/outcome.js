// What the agent is told of a call.
'use strict';
const util = require('node:util');
const { FILE } = require('./compiler');

const TEXT_LIMIT = 128 * 1024;

/** The header and the body of the answer to a call that returned `value`. */
function success(value, limit) {
  const json = serialized(value);
  if (json !== undefined && Buffer.byteLength(json) > limit) {
    throw new Error(`the result is larger than ${limit} bytes as JSON; write it to a file, or return less`);
  }
  return [{ success: true }, json];
}

/** `undefined` for what JSON does not know: undefined, functions, symbols. */
function serialized(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new Error(`the result cannot be written as JSON: ${error.message}`, { cause: error });
  }
}

function failure(error) {
  const isError = util.types.isNativeError(error) || error instanceof Error;
  const message = isError ? String(error.message || error.name) : util.inspect(error);
  return [{ success: false, error: text(message), stack: text(isError ? trace(error) : message) }];
}

/** Without the frames below the client's code, which are the agent's; when it is in none, without any. */
function trace(error) {
  const lines = String(error.stack ?? error).split('\n');
  const isFrame = (line) => /^\s+at /.test(line);
  const last = lines.findLastIndex((line) => isFrame(line) && line.includes(`${FILE}:`));
  const first = lines.findIndex(isFrame);
  return lines.slice(0, last >= 0 ? last + 1 : first >= 0 ? first : undefined).join('\n');
}

function text(value) {
  return util.stripVTControlCharacters(value).slice(0, TEXT_LIMIT);
}

module.exports = { success, failure };
