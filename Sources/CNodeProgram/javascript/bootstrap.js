// Reads one frame (see channel.js) from descriptor 0, the private channel to the agent, and runs the program in it.
'use strict';
const fs = require('node:fs');

function read(length) {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const count = fs.readSync(0, bytes, filled, length - filled);
    if (count === 0) process.exit(1);
    filled += count;
  }
  return bytes;
}

const lengths = read(8);
const settings = JSON.parse(read(lengths.readUInt32LE(0)));
const program = read(lengths.readUInt32LE(4)).toString();
require('node:vm').runInThisContext(program, { filename: 'guest-agent.js' })(require)(settings);
