// Preloaded into the program: whatever would reach out of the machine is written down and refused.
const { appendFileSync } = require('node:fs');

const refuse = (what) => () => {
  appendFileSync(process.env.SEGMENT_TEST_CALLS, `${what}\n`);
  throw new Error(`${what} was called`);
};

for (const [name, calls] of Object.entries({
  net: ['connect', 'createConnection', 'createServer'],
  tls: ['connect', 'createServer'],
  dgram: ['createSocket'],
  dns: ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'],
  http: ['request', 'get', 'createServer'],
  https: ['request', 'get', 'createServer'],
  http2: ['connect', 'createServer'],
})) {
  const part = require(`node:${name}`);
  for (const call of calls) part[call] = refuse(`${name}.${call}`);
}
require('node:net').Socket.prototype.connect = refuse('Socket.connect');
require('node:dns').promises.lookup = refuse('dns.promises.lookup');
globalThis.fetch = refuse('fetch');
globalThis.WebSocket = refuse('WebSocket');
appendFileSync(process.env.SEGMENT_TEST_CALLS, 'loaded\n');
