import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Split, TrafficRouter } from '../../ports/traffic-router.ts';
import { checkAll } from './health.ts';
import { defaultLimits, onTimer, type GatewayLimits, type GatewayOptions } from './options.ts';
import { refuse, refuseOnSocket, type Refusal } from './problem.ts';
import { proxy, type Surroundings } from './proxy.ts';
import type { GatewayStats } from './stats.ts';
import { Table } from './table.ts';
import { upgrade } from './upgrade.ts';

export interface Gateway extends TrafficRouter {
  readonly port: number;
  stats(): GatewayStats;
  /** Takes no more requests, lets those under way finish for a while, and lets go of everything. */
  close(): Promise<void>;
}

/**
 * The traffic router of one machine: a reverse proxy that serves `http://<service>.<application>.localhost:<port>` from the
 * endpoints of the split in force. Shifting weights drops nothing: requests under way finish where they are, new ones follow the
 * new split. Keeps nothing on disk.
 *
 * @throws GatewayPortUnavailable when it cannot listen.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, random, logger } = options;
  const limits: GatewayLimits = { ...defaultLimits, ...options.limits };
  const table = new Table(options.ca);
  const around: Surroundings = { table, limits, clock, random, logger };
  const upgraded = new Set<Duplex>();
  let unknownHosts = 0;
  const unknown = (request: IncomingMessage): Refusal => {
    unknownHosts += 1;
    return refusalOfHost(request.headers.host, table.hosts());
  };

  const server = createServer(
    {
      maxHeaderSize: limits.maximumHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveMs,
      noDelay: true,
    },
    (request, response) => {
      const entry = table.find(request.headers.host);
      if (entry === undefined) {
        refuse(response, unknown(request));
        return;
      }
      proxy(request, response, entry, around).catch((error: unknown) => {
        logger.error('request failed', { host: entry.host, error: String(error) });
        response.destroy();
      });
    },
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    const entry = table.find(request.headers.host);
    if (entry === undefined) {
      refuseOnSocket(socket, unknown(request));
      return;
    }
    upgrade(request, { socket, head }, entry, around).catch((error: unknown) => {
      logger.error('upgrade failed', { host: entry.host, error: String(error) });
      socket.destroy();
    });
  });

  const port = await listen(server, options);
  const stopChecks = (options.every ?? onTimer)(limits.healthIntervalMs, checks(around));
  return {
    port,
    route: (split) => Promise.resolve(table.put(split)),
    routes: () =>
      Promise.resolve(table.entries().flatMap(({ split }): Split[] => (split.routes.length > 0 ? [split] : []))),
    stats: () => statsOf(table, unknownHosts, clock.now()),
    close: async () => {
      stopChecks();
      await closeServer(server, upgraded, limits.closeGraceMs);
      for (const endpoint of table.endpoints()) endpoint.destroy();
    },
  };
}

/** One round at a time: a slow round is not overtaken by the next. */
function checks({ table, limits, clock, logger }: Surroundings): () => void {
  let under: Promise<void> | undefined;
  return () => {
    under ??= checkAll(table.endpoints(), { limits, clock, logger }).finally(() => (under = undefined));
  };
}

/** Most hosts that an answer about an unknown one lists. */
const listedHosts = 100;

function refusalOfHost(host: string | undefined, known: readonly string[]): Refusal {
  const asked = host === undefined ? 'a request without Host' : `host "${host}"`;
  const detail = `${asked} is no service here: hosts are <service>.<application>.localhost`;
  return { status: 404, detail, more: { hosts: known.slice(0, listedHosts), hostCount: known.length } };
}

function statsOf(table: Table, unknownHosts: number, now: number): GatewayStats {
  return {
    services: table.entries().map(({ host, split: { application, service }, counters }) => {
      return { host, application, service, ...counters, latency: [...counters.latency] };
    }),
    endpoints: table
      .endpoints()
      .map((each) => ({ endpoint: each.url.href, healthy: each.isUp(now), inFlight: each.inFlight })),
    unknownHosts,
  };
}

export class GatewayPortUnavailable extends Error {
  override readonly name = 'GatewayPortUnavailable';
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const why = cause.code === 'EADDRINUSE' ? 'another process holds it' : cause.message;
    super(`the gateway cannot listen on ${host}:${port}: ${why}; choose another port, or 0 for any free one`, {
      cause,
    });
  }
}

function listen(server: Server, { host, port }: GatewayOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new GatewayPortUnavailable(host, port, cause)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

async function closeServer(server: Server, upgraded: ReadonlySet<Duplex>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of upgraded) socket.destroy();
  server.closeIdleConnections();
  // A kept connection becomes idle when its request ends: it must not be waited for until it times out.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
