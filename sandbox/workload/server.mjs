/**
 * The built-in workload: what a sandbox replica runs when there is no container engine. It takes the place of any image, honours
 * PORT and the given environment, serves the health path, answers `/status/<code>` with that code, `/metrics` with what it counted (as
 * Prometheus reads it) and every other path with who it is, so that a user sees which cloud, region and revision answered. Plain JavaScript on node:http alone, because dozens of these start on one laptop.
 *
 * Environment: PORT (0 = any, told to the parent; absent = a worker), CRASH_AFTER_MS, FAIL_HEALTH=1, START_DELAY_MS to practise
 * with, and SANDBOX_* set by the runner.
 */
import { createServer } from 'node:http';

const { env } = process;
const identity = {
  service: env.SANDBOX_SERVICE ?? 'workload',
  cloud: env.SANDBOX_CLOUD ?? 'none',
  region: env.SANDBOX_REGION ?? 'none',
  revision: env.SANDBOX_REVISION ?? 'none',
  replica: env.SANDBOX_REPLICA ?? String(process.pid),
};
const healthPath = env.SANDBOX_HEALTH_PATH ?? '/healthz';
const truthy = (text) => text !== undefined && !['', '0', 'false', 'no'].includes(text.toLowerCase());
let failingHealth = truthy(env.FAIL_HEALTH);
let draining = false;

const log = (message, more = {}) =>
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...identity, ...more })}\n`);

const requests = { codes: {}, durations: {} };
let counted = false;

/** Told to the parent at most once a second, and only when there is something new: the cloud's monitoring is fed from it. */
function tellRequests() {
  if (!counted) return;
  counted = false;
  process.send?.({ requests });
}

function count(code, began) {
  const ms = Math.max(0.1, performance.now() - began);
  const bound = (2 ** (Math.ceil(Math.log2(ms) * 4) / 4)).toPrecision(3);
  requests.codes[code] = (requests.codes[code] ?? 0) + 1;
  requests.durations[bound] = (requests.durations[bound] ?? 0) + 1;
  counted = true;
}

/** `/status/503` answers with that code: to practise with errors. */
const askedStatus = (path) => Number(/^\/status\/([2-5]\d\d)$/.exec(path)?.[1] ?? 200);

/** Prometheus' text format 0.0.4. */
function figures() {
  const { service, cloud, region, revision } = identity;
  const labels = Object.entries({ workload: service, cloud, region, revision })
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
  const codes = Object.entries(requests.codes).map(
    ([code, count]) => `workload_requests_total{${labels},code="${code}"} ${count}`,
  );
  return [
    '# HELP workload_info Which copy of the workload answered',
    '# TYPE workload_info gauge',
    `workload_info{${labels}} 1`,
    '# HELP workload_requests_total Requests answered, by status',
    '# TYPE workload_requests_total counter',
    ...codes,
    '',
  ].join('\n');
}

function answer(request, response) {
  const began = performance.now();
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/metrics' && path !== healthPath) {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    return void response.end(figures());
  }
  const health = path === healthPath;
  const failing = health && (failingHealth || draining);
  const status = failing ? 503 : askedStatus(path);
  if (!health) response.once('close', () => count(status, began));
  const body = health
    ? { status: failing ? 'failing' : 'ok', ...identity }
    : { ...identity, hostname: request.headers.host ?? '', path };
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(draining ? { connection: 'close' } : {}),
  });
  response.end(`${JSON.stringify(body)}\n`);
}

// A client that speaks something else than HTTP/1 (gRPC, a database protocol) is answered with who it reached, not with a reset.
function answerPlainly(_error, socket) {
  if (socket.writable) socket.end(`${JSON.stringify(identity)}\n`);
}

const server =
  env.PORT === undefined
    ? undefined
    : createServer({ keepAliveTimeout: 65_000 }, answer).on('clientError', answerPlainly);

function listen() {
  server.listen(Number(env.PORT), '127.0.0.1', () => {
    const { port } = server.address();
    log('listening', { port });
    process.send?.({ port });
    setInterval(tellRequests, 1_000).unref();
  });
}

function work() {
  process.send?.({ working: true });
  log('heartbeat');
  setInterval(() => log('heartbeat'), 10_000);
}

function drain(signal) {
  if (draining) return;
  draining = true;
  log('draining', { signal });
  if (server === undefined) process.exit(0);
  // `close` would cut idle kept-alive connections at once, also the one a client is just writing to. For half a second every answer
  // says `connection: close`, so that busy clients leave by themselves.
  setTimeout(() => server.close(() => process.exit(0)), 500);
  setTimeout(() => process.exit(0), 8_000).unref();
}

process.on('SIGTERM', () => drain('SIGTERM'));
process.on('SIGINT', () => drain('SIGINT'));
process.on('message', (message) => {
  if (typeof message?.unhealthy === 'boolean') failingHealth = message.unhealthy || truthy(env.FAIL_HEALTH);
});
// The channel closes when the sandbox dies, however it dies, also by SIGKILL: then nobody would ever stop this replica.
process.on('disconnect', () => process.exit(0));
server?.on('error', (error) => {
  log('cannot listen', { error: error.message });
  process.exit(1);
});

if (Number(env.CRASH_AFTER_MS) > 0) {
  setTimeout(() => {
    log('crashing, as CRASH_AFTER_MS asks');
    process.exit(1);
  }, Number(env.CRASH_AFTER_MS));
}
setTimeout(server === undefined ? work : listen, Math.max(0, Number(env.START_DELAY_MS ?? 0) || 0));
