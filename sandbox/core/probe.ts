import { get } from 'node:http';
import { connect } from 'node:net';

const timeoutMs = 2_000;

/** Undefined when well, otherwise why not, as a short phrase. */
export type ProbeResult = string | undefined;

function probeTcp(port: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMs });
    const end = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no TCP answer within ${timeoutMs} ms`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(`TCP: ${error.code ?? error.message}`));
  });
}

function probeHttp(port: number, path: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: timeoutMs }, (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      resolve(status >= 200 && status < 400 ? undefined : `HTTP ${status} on ${path}`);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer on ${path} within ${timeoutMs} ms`)));
    request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Asks a replica whether it is ready: HTTP 2xx/3xx on the health path, or a TCP connection where there is none. */
export function probe(port: number, healthPath: string | undefined): Promise<ProbeResult> {
  return healthPath === undefined ? probeTcp(port) : probeHttp(port, healthPath);
}
