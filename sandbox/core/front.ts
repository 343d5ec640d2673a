import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { SandboxClock } from './types.ts';

export interface FrontOptions {
  readonly clock: SandboxClock;
  /** Loopback ports of the ready replicas, asked anew for every connection. */
  readonly targets: () => readonly number[];
  /** The region is down: connections are torn down without an answer. */
  readonly down: () => boolean;
  /** Milliseconds to hold back a request, asked once per request. */
  readonly delayMs: () => number;
}

/** A layer-4 balancer: it knows bytes, not HTTP, so that gRPC, web sockets and plain TCP pass alike. */
export interface Front {
  /** `127.0.0.1:port`, the same for the whole life of the workload. */
  readonly address: string;
  /** Tears down every open connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Sends what the client says onwards, holding back the first bytes of each request (bytes that follow an answer) by `delayMs`. */
function forward(client: Socket, replica: Socket, options: FrontOptions): void {
  let asking = false;
  replica.on('data', () => {
    asking = false;
  });
  client.on('data', (chunk) => {
    const delay = asking ? 0 : options.delayMs();
    asking = true;
    if (delay > 0) {
      client.pause();
      options.clock.after(delay, () => {
        replica.write(chunk);
        client.resume();
      });
    } else if (!replica.write(chunk)) {
      client.pause();
      replica.once('drain', () => client.resume());
    }
  });
  client.once('end', () => replica.end());
  replica.pipe(client);
}

/** @throws when no loopback port can be had. */
export async function openFront(options: FrontOptions): Promise<Front> {
  const open = new Set<Socket>();
  let turn = 0;

  function attach(client: Socket, candidates: readonly number[]): void {
    const [port, ...others] = candidates;
    if (port === undefined || client.destroyed || options.down()) return void client.destroy();
    const replica = connect({ host: '127.0.0.1', port, noDelay: true });
    // A replica that ended a moment ago is still on the list: the next one takes the connection, the client sees nothing.
    const refused = () => attach(client, others);
    replica.once('error', refused);
    replica.once('connect', () => {
      replica.off('error', refused);
      if (client.destroyed) return void replica.destroy();
      replica.on('error', () => client.destroy());
      replica.once('close', () => client.end());
      client.once('close', () => replica.destroy());
      forward(client, replica, options);
    });
  }

  const server = createServer({ noDelay: true, pauseOnConnect: false, allowHalfOpen: true }, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const targets = options.targets();
    const first = targets.length === 0 ? 0 : turn++ % targets.length;
    attach(client, [...targets.slice(first), ...targets.slice(0, first)]);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const cut = () => open.forEach((socket) => socket.destroy());
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
