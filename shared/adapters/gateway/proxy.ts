import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Split } from '../../ports/traffic-router.ts';
import { attempt, mayDoBetter, mayRetry, type Failure } from './attempt.ts';
import type { Endpoint } from './endpoint.ts';
import { endToEnd } from './headers.ts';
import type { GatewayLimits } from './options.ts';
import { refuse, type Refusal } from './problem.ts';
import { countAnswer } from './stats.ts';
import { choose, doubt, type Entry, type Table } from './table.ts';

export interface Surroundings {
  readonly table: Table;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Handles one request from its head to the end of its answer. */
export async function proxy(
  request: IncomingMessage,
  response: ServerResponse,
  entry: Entry,
  around: Surroundings,
): Promise<void> {
  const { counters } = entry;
  const startedAt = around.clock.now();
  counters.requests += 1;
  counters.inFlight += 1;
  let outcome: Outcome = 'broken';
  try {
    outcome = await serve(request, response, entry, around);
  } finally {
    counters.inFlight -= 1;
    const failed = outcome === 'broken' || (outcome === 'answered' && response.statusCode >= 500);
    countAnswer(counters, around.clock.now() - startedAt, failed);
  }
}

/** `broken`: the answer broke off on the endpoint's side; `left`: the client did not wait. */
type Outcome = 'answered' | 'broken' | 'left';

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  entry: Entry,
  around: Surroundings,
): Promise<Outcome> {
  if (entry.counters.inFlight > around.limits.maximumInFlight) {
    refuse(response, overloaded(entry, around.limits));
    request.resume();
    return 'answered';
  }
  let failed: { readonly endpoint: Endpoint; readonly failure: Failure } | undefined;
  for (let tries = 0; tries < 2; tries++) {
    const endpoint = next(entry, failed, around);
    if (endpoint === undefined) break;
    if (failed !== undefined) entry.counters.retries += 1;
    const spare = tries === 0 && hasOther(entry, endpoint, around.clock.now());
    const result = await tryOnce(request, response, { endpoint, spare }, around);
    if (typeof result === 'string') return result;
    if (response.destroyed) return 'left';
    failed = { endpoint, failure: result };
    noteFailure(endpoint, result, around);
    if (!mayRetry(request, result)) break;
  }
  refuse(response, refusalOf(entry, failed?.failure));
  // What the client still sends has nowhere to go.
  request.resume();
  return 'answered';
}

const hasOther = ({ routes }: Entry, than: Endpoint, now: number): boolean =>
  routes.some(({ endpoint }) => endpoint !== than && endpoint.isUp(now));

/**
 * Elsewhere after a failure; the same place again only when it was a kept connection that had gone stale. A standby is asked while all
 * that has weight is thought to be down, not because one request failed: both might believe that they serve. When nothing at all is
 * thought to be up, the thought is doubted: a refused try costs less than a refused client.
 */
export function next(
  entry: Entry,
  failed: { readonly endpoint: Endpoint; readonly failure: Failure } | undefined,
  { clock, random }: Surroundings,
): Endpoint | undefined {
  const { routes, standbys } = entry;
  const now = clock.now();
  const elsewhere = choose(routes, now, random, failed?.endpoint);
  if (elsewhere !== undefined) return elsewhere;
  if (failed?.failure.stale) return failed.endpoint;
  const standby = routes.some(({ endpoint }) => endpoint.isUp(now))
    ? undefined
    : choose(standbys, now, random, failed?.endpoint);
  return standby ?? doubt(routes, random, failed?.endpoint);
}

export function noteFailure(endpoint: Endpoint, { error, unsent, stale }: Failure, around: Surroundings): void {
  if (stale) return;
  const [now, facts] = [around.clock.now(), { endpoint: endpoint.url.origin, error: error.message }];
  if (unsent) {
    endpoint.ejectedUntil = now + around.limits.ejectMs;
    around.logger.warn('endpoint ejected', facts);
  } else if (endpoint.answeredBadly(now, around.limits)) around.logger.warn('endpoint distrusted', facts);
}

function overloaded({ host }: Entry, { maximumInFlight }: GatewayLimits): Refusal {
  const detail = `${host} has ${maximumInFlight} requests under way, which is as many as the gateway lets through at once`;
  return { status: 503, detail, retryAfterSeconds: 2 };
}

export function refusalOf(entry: Entry, failure: Failure | undefined): Refusal {
  const { host, split, routes } = entry;
  if (split.routes.length === 0) return asleep(host, split);
  if (routes.length === 0) {
    const endpoints = split.routes.map(({ endpoint }) => endpoint);
    const detail = `${host} does not speak HTTP: the gateway proxies http and https only; connect to the endpoint yourself`;
    return { status: 501, detail, more: { endpoints } };
  }
  if (failure === undefined || failure.unsent) {
    const detail = `no endpoint of ${host} can be reached now; it is tried again within seconds`;
    return { status: 503, detail, retryAfterSeconds: 2 };
  }
  if (failure.timedOut) return { status: 504, detail: `the endpoint of ${host} did not answer in time` };
  return { status: 502, detail: `the endpoint of ${host} broke off before it answered` };
}

/** Nobody knows when it comes back: the pause is what a client may sensibly wait before it looks again. */
const asleepRetrySeconds = 30;

function asleep(host: string, { application, service }: Split): Refusal {
  const again = `start it with: npx homeostasis scale ${application} ${service}=1`;
  const detail = `${host} is scaled to zero, or nothing of it stands at the moment; if it is scaled to zero, ${again}`;
  return { status: 503, detail, retryAfterSeconds: asleepRetrySeconds };
}

/** @returns what became of the answer, or why there was none. */
async function tryOnce(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, spare }: { readonly endpoint: Endpoint; readonly spare: boolean },
  around: Surroundings,
): Promise<Failure | Outcome> {
  endpoint.begin();
  try {
    const result = await attempt(request, response, endpoint, around.limits);
    if (result.kind === 'failed') return result.failure;
    const { answer, upstream } = result;
    if (spare && mayDoBetter(request, answer.statusCode)) {
      // Not read to its end: that could take any time, and costs no more than this connection.
      upstream.destroy();
      return badAnswer(answer.statusCode);
    }
    noteAnswer(endpoint, answer.statusCode ?? 0, around);
    return await relay(answer, upstream, response);
  } finally {
    endpoint.end();
  }
}

function noteAnswer(endpoint: Endpoint, status: number, around: Surroundings): void {
  if (status < 500) endpoint.answered(around.clock.now());
  else noteFailure(endpoint, badAnswer(status), around);
}

const badAnswer = (status: number | undefined): Failure => ({
  error: new Error(`it answered ${status}`),
  unsent: false,
  stale: false,
  timedOut: false,
});

function relay(answer: IncomingMessage, upstream: ClientRequest, response: ServerResponse): Promise<Outcome> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      upstream.destroy();
      resolve('left');
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer));
    // Events and slow streams must not wait for the first byte of the body.
    response.flushHeaders();
    pipeline(answer, response, (error) => {
      // Broken off on either side: the other side must learn it, and a half-read connection is of no more use.
      if (!answer.complete) upstream.destroy();
      if (error === null || error === undefined) resolve('answered');
      else resolve(error.code === 'ECONNRESET' ? 'broken' : 'left');
    });
  });
}
