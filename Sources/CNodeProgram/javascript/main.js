// Runs calls for the agent, one at a time. What the code writes to the standard streams, the agent reads itself.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');
const { Readable } = require('node:stream');
const { BrowserConnection } = require('./browser');
const { Channel } = require('./channel');
const { compile, warmUp } = require('./compiler');
const { failure, success } = require('./outcome');

module.exports = function main(settings) {
  // Descriptor 0 is the channel to the agent.
  Object.defineProperty(process, 'stdin', { value: Readable.from([]) });
  // A promise or a listener that fails on its own is told on stderr; it does not take the calls to come with it.
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => console.error(error));

  const connection = new BrowserConnection(settings);
  const channel = new Channel(0, async (request, code) => {
    const [header, body] = await answer(connection, request, code.toString(), settings.resultLimit);
    channel.send({ id: request.id, ...header }, body);
  });
  channel.send({ ready: true });
  connection.connected().then(warmUp, () => {});
};

async function answer(connection, request, code, resultLimit) {
  let tab;
  try {
    await connection.connected();
    connection.take();
    const bound = await connection.tab(request);
    tab = { target_id: bound.targetID, created: bound.created };
    const [header, body] = success(await run(code, connection.browser, bound.page), resultLimit);
    return [{ ...header, tab }, body];
  } catch (error) {
    const [header] = failure(error);
    return [{ ...header, tab }];
  } finally {
    connection.release();
  }
}

function run(code, browser, page) {
  const scope = { page, context: page.context(), browser, require: createRequire(path.join(process.cwd(), 'code.ts')) };
  return compile(code, Object.keys(scope))(...Object.values(scope));
}
