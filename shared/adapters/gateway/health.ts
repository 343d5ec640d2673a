import { connect } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { lookup, type Endpoint } from './endpoint.ts';
import type { GatewayLimits } from './options.ts';

/** Checks under way at once. */
const width = 32;

interface Around {
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Asks every endpoint that has not answered a request lately whether it still takes connections, and keeps them. A split carries no
 * health path, and a request that nobody made would be in the service's own figures: whether what runs there is well is told by
 * the answers to real requests, and by the monitor.
 */
export async function checkAll(endpoints: readonly Endpoint[], around: Around): Promise<void> {
  const { clock, limits } = around;
  const quiet = endpoints.filter(
    (each) => clock.now() - each.lastAnswerAt >= limits.healthIntervalMs || !each.isUp(clock.now()),
  );
  const queue = quiet.values();
  await Promise.all(Array.from({ length: width }, () => drain(queue, around)));
}

async function drain(queue: Iterator<Endpoint>, around: Around): Promise<void> {
  for (let each = queue.next(); !each.done; each = queue.next()) await check(each.value, around);
}

async function check(endpoint: Endpoint, { limits, clock, logger }: Around): Promise<void> {
  const wasUp = endpoint.isUp(clock.now());
  const problem = await reach(endpoint, limits);
  const facts = { endpoint: endpoint.url.origin };
  if (problem === undefined) {
    if (!wasUp) logger.info('endpoint is back', facts);
    endpoint.reached();
    return;
  }
  endpoint.failedChecks += 1;
  if (endpoint.failedChecks < limits.healthThreshold || endpoint.down) return;
  endpoint.down = true;
  logger.warn('endpoint is down', { ...facts, error: problem.message });
}

function reach(endpoint: Endpoint, { healthTimeoutMs, healthHoldMs }: GatewayLimits): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.hostname, port: endpoint.portNumber, lookup });
    const done = (problem?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const expire = (): void => done(new Error(`no connection within ${healthTimeoutMs} ms`));
    let timer = setTimeout(expire, healthTimeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(() => done(), healthHoldMs);
    });
    socket.once('error', done);
    // Flowing, or the end would not be seen.
    socket.once('end', () => done(new Error('it takes connections and closes them'))).resume();
  });
}
