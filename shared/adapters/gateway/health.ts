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
 * Asks every endpoint that has not answered a request lately whether it still takes connections. The gateway knows no health path:
 * whether what runs there is well is the monitor's question, this one is only whether it can be reached.
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
  const problem = await reach(endpoint, limits.healthTimeoutMs);
  const facts = { endpoint: endpoint.url.origin };
  if (problem === undefined) {
    if (!wasUp) logger.info('endpoint is back', facts);
    endpoint.answered(clock.now());
    return;
  }
  endpoint.failedChecks += 1;
  if (endpoint.failedChecks < limits.healthThreshold || endpoint.down) return;
  endpoint.down = true;
  logger.warn('endpoint is down', { ...facts, error: problem.message });
}

function reach(endpoint: Endpoint, timeoutMs: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.hostname, port: endpoint.portNumber, lookup });
    const done = (problem?: Error): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(timeoutMs, () => done(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once('connect', () => done());
    socket.once('error', done);
  });
}
