import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * Kept-alive connections with a limit on how long connecting may take: a region that does not answer must not hold a function for
 * the operating system's two minutes. The SDK has a limit for whole requests only.
 */
export function createAgent(options: { readonly connectTimeoutMs: number; readonly ca?: string }): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ...(options.ca === undefined ? {} : { ca: options.ca }) });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (target, callback) => {
    const socket = connect(target, callback);
    if (socket != null) limitConnect(socket, options.connectTimeoutMs);
    return socket;
  };
  return agent;
}

function limitConnect(socket: Duplex, milliseconds: number): void {
  const timer = setTimeout(() => {
    const error = Object.assign(new Error(`no connection within ${milliseconds} ms`), { code: 'ETIMEDOUT' });
    socket.destroy(error);
  }, milliseconds);
  const stop = () => clearTimeout(timer);
  socket.once('secureConnect', stop).once('close', stop);
}
