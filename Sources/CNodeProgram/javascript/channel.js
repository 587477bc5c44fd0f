// Frames on the socket to the agent: two lengths of 32 bits, little-endian, then a header in JSON, then a body.
'use strict';
const net = require('node:net');

const PREFIX = 8;

class Channel {
  /** Calls `onMessage(header, body)` for each frame; ends the process when the agent is gone. */
  constructor(descriptor, onMessage) {
    this.onMessage = onMessage;
    this.chunks = [];
    this.buffered = 0;
    this.wanted = PREFIX;
    this.socket = new net.Socket({ fd: descriptor });
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('error', () => process.exit(1));
    this.socket.on('close', () => process.exit(0));
  }

  send(header, body = '') {
    const [head, tail] = [Buffer.from(JSON.stringify(header)), Buffer.from(body)];
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt32LE(head.length, 0);
    prefix.writeUInt32LE(tail.length, 4);
    this.socket.cork();
    for (const part of [prefix, head, tail]) this.socket.write(part);
    this.socket.uncork();
  }

  receive(chunk) {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    while (this.buffered >= this.wanted) {
      const bytes = Buffer.concat(this.chunks);
      const length = PREFIX + bytes.readUInt32LE(0) + bytes.readUInt32LE(4);
      this.chunks = [bytes.subarray(bytes.length < length ? 0 : length)];
      this.buffered = this.chunks[0].length;
      this.wanted = bytes.length < length ? length : PREFIX;
      if (bytes.length >= length) this.deliver(bytes.subarray(PREFIX, length), bytes.readUInt32LE(0));
    }
  }

  deliver(content, headLength) {
    this.onMessage(JSON.parse(content.subarray(0, headLength)), content.subarray(headLength));
  }
}

module.exports = { Channel };
