import { createAdaptorServer } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { CliError, exitCode } from '../exit.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a fetch handler on one address; a port that is taken is one line that names the way out. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port, flag }: { readonly host: string; readonly port: number; readonly flag: string },
): Promise<Listening> {
  const server = createAdaptorServer({ fetch });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, host, port, flag)));
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            // Event streams stay open by design; they end with the server.
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
  });
}

export function portError(error: NodeJS.ErrnoException, host: string, port: number, flag: string): Error {
  if (error.code === 'EADDRINUSE') {
    return new CliError(
      exitCode.failed,
      `port ${port} on ${host} is already taken: stop what uses it, or choose another with ${flag}`,
    );
  }
  if (error.code === 'EACCES') {
    return new CliError(
      exitCode.failed,
      `port ${port} on ${host} needs privileges: choose one above 1023 with ${flag}`,
    );
  }
  return error;
}
