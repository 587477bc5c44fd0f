// Makes an asynchronous function of a client's code, which is JavaScript or TypeScript.
'use strict';
const { stripTypeScriptTypes } = require('node:module');
const vm = require('node:vm');

const FILE = 'code.ts';
const CANNOT_STRIP = 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';

/**
 * The function whose body is `code`; lines and columns in its stack traces are those of `code`.
 *
 * What is valid JavaScript is taken as that, so that no operator is read as a type.
 */
function compile(code, parameters) {
  const source = `(async (${parameters.join(', ')}) => {\n${code}\n})`;
  try {
    return script(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return script(withoutTypes(source));
  }
}

function script(source) {
  return new vm.Script(source, {
    filename: FILE,
    lineOffset: -1,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}

/** Types become blanks; an enum, a namespace or a parameter property has to be translated, which moves lines. */
function withoutTypes(source) {
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    // Says where as `:LINE`, and counts the line above the code.
    error.stack = String(error.stack).replace(/^:(\d+)/, (_, line) => `${FILE}:${line - 1}`);
    if (error.code !== CANNOT_STRIP) throw error;
    return transformed(source, error);
  }
}

/** Not every Node.js translates; where it does not, its reason for not stripping is what the client should see. */
function transformed(source, reason) {
  try {
    return stripTypeScriptTypes(source, { mode: 'transform' });
  } catch (error) {
    throw error.code === 'ERR_INVALID_ARG_VALUE' ? reason : error;
  }
}

/** The first use loads a WebAssembly module, which takes a tenth of a second. */
function warmUp() {
  stripTypeScriptTypes('let value: number');
}

module.exports = { compile, warmUp, FILE };
