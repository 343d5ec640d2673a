import fc from 'fast-check';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CloudUnreachable, InvalidSpec, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { createSecrets } from '../secrets/index.ts';
import { createPrometheusMetrics, prometheusSources, type PrometheusOptions } from './index.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

/** A server that answers as it is told, and remembers what it was asked. */
async function prometheus(answer: (asked: Asked, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const one = { path: request.url ?? '', authorization: request.headers.authorization, form };
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  open.push(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prom/`, asked, close };
}

const matrix = (result: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
const from = 1_795_248_000;
const query = {
  deployments: [
    { application: 'shop', service: 'web', target: 'private/cellar/podman' },
    { application: 'shop', service: 'mailer', target: 'private/cellar/podman' },
  ],
  from,
  to: from + 300,
};
const only = { 'deployment.replicas': 'up{{{selector}}}' };
const nothing = Object.fromEntries(
  ['request.count', 'request.error.count', 'request.duration.p50', 'request.duration.p95', 'request.duration.p99'].map(
    (name) => [`http.server.${name}`, ''],
  ),
);
const cpu = { 'container.cpu.utilization': 'x{{{selector}}} by {{by}}' };
const one: Partial<PrometheusOptions> = { queries: { ...nothing, 'container.memory.usage': '', ...only } };

describe('metrics from a Prometheus', () => {
  it('asks one range query per metric about all deployments, and puts values into the minute they tell of', async () => {
    const { url, asked } = await prometheus(({ form }, response) => {
      const counts = form.get('query')?.startsWith('sum by (application, service) (increase(http_server');
      const own = { application: 'shop', service: 'web' };
      const stranger = { application: 'shop', service: 'else' };
      const values = [
        [from + 60, '41.7'],
        [from + 120, 'NaN'],
        [from + 180, '40'],
      ];
      response.end(
        matrix(
          counts === true
            ? [
                { metric: own, values },
                { metric: stranger, values },
              ]
            : [],
        ),
      );
    });
    const series = await createPrometheusMetrics({ url, authorization: () => Promise.resolve('Bearer t') }).collect(
      query,
    );
    expect(asked).toHaveLength(7);
    const counting = asked.find(({ form }) => form.get('query')?.startsWith('sum by (application, service) (increase'));
    expect(
      asked.every(({ path, authorization }) => path === '/prom/api/v1/query_range' && authorization === 'Bearer t'),
    ).toBe(true);
    expect(Object.fromEntries(counting?.form ?? [])).toEqual({
      query:
        'sum by (application, service) (increase(http_server_request_duration_seconds_count{application=~"shop",service=~"mailer|web"}[1m]))',
      start: String(from + 60),
      end: String(from + 300),
      step: '60',
    });
    const requests = series.find(({ metric }) => metric === 'http.server.request.count');
    expect(requests).toEqual({
      ...query.deployments[0],
      metric: 'http.server.request.count',
      points: [
        [from, 42],
        [from + 120, 40],
      ],
    });
    expect(series.every(({ service }) => service === 'web')).toBe(true);
  });

  it('credits a series to the one place it fits, and to none where it could be several', async () => {
    const places = ['aws/eu-west-1/fargate', 'aws/eu-west-1/express', 'gcp/europe-west1/cloud-run'];
    const deployments = places.map((target) => ({ application: 'shop', service: 'web', target }));
    const { url } = await prometheus((_, response) => {
      const metric = (more: object) => ({ metric: { application: 'shop', service: 'web', ...more }, values });
      const values = [[from + 60, '1']];
      response.end(
        matrix([
          metric({ target: 'aws/eu-west-1/express', cloud: 'aws', region: 'eu-west-1' }),
          metric({ target: 'gcp/europe-west1', cloud: 'gcp', region: 'europe-west1' }),
          metric({ target: 'azure/westeurope/container-apps', cloud: 'azure', region: 'westeurope' }),
          metric({ target: 'aws/eu', cloud: 'aws', region: 'eu' }),
        ]),
      );
    });
    const found = async (labels: object) =>
      (
        await createPrometheusMetrics({
          ...{ url, queries: { ...one.queries, ...cpu, 'deployment.replicas': '' } },
          labels: { application: 'application', service: 'service', ...labels },
        }).collect({ ...query, deployments })
      ).map(({ target }) => target);
    expect(await found({ target: 'target' })).toEqual(['aws/eu-west-1/express', 'gcp/europe-west1/cloud-run']);
    // Two runtimes stand in that region of AWS.
    expect(await found({ cloud: 'cloud', region: 'region' })).toEqual(['gcp/europe-west1/cloud-run']);
    expect(await found({ target: 'nosuch' })).toEqual([]);
    expect(await found({})).toEqual([]);
  });

  it('is told which of the queries is at fault', async () => {
    const { url } = await prometheus((_, response) => {
      response.writeHead(400);
      response.end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' }));
    });
    const queries = { ...one.queries, 'deployment.replicas': '', 'container.cpu.utilization': 'sum(' };
    await expect(createPrometheusMetrics({ url, queries }).collect(query)).rejects.toThrow(
      /^container\.cpu\.utilization: .* 400: parse error/,
    );
  });

  it('signs in as the configuration says, with a secret that is not in it', async () => {
    const { url, asked } = await prometheus((_, response) => response.end(matrix([])));
    const logger = { info() {}, warn() {}, error() {} };
    const environment = { TOKEN: 'a-token-that-is-long\nthe-one-before-it-was\n' };
    const secrets = createSecrets({ environment, clock: { now: () => 0 }, logger });
    const token = { environment: 'TOKEN' };
    const about = { url: url.replace(/\/$/, ''), queries: one.queries ?? {} };
    const sources = prometheusSources(
      [
        { name: 'a', ...about, authentication: { type: 'bearer', token } },
        { name: 'b', ...about, authentication: { type: 'basic', username: 'us', password: token } },
        { name: 'c', ...about },
      ],
      secrets,
    );
    for (const each of sources.values()) await each.collect(query);
    const basic = `Basic ${Buffer.from('us:a-token-that-is-long').toString('base64')}`;
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer a-token-that-is-long', basic, undefined]);
    const missing = {
      name: 'd',
      ...about,
      authentication: { type: 'bearer', token: { environment: 'NOT_SET' } },
    } as const;
    expect(() => prometheusSources([missing], secrets)).toThrow(
      'monitor.metrics.prometheus d: the environment variable NOT_SET holds no secret',
    );
  });

  it.each([
    [401, Unauthorized],
    [403, Unauthorized],
    [429, Throttled],
    [400, InvalidSpec],
    [422, InvalidSpec],
    [503, CloudUnreachable],
    [302, CloudUnreachable],
  ])('HTTP %i is told by what it means', async (status, error) => {
    const { url } = await prometheus((_, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' });
      response.end(JSON.stringify({ status: 'error', errorType: 'x', error: 'the reason' }));
    });
    const caught = await createPrometheusMetrics({ url, ...one })
      .collect(query)
      .catch((thrown: unknown) => thrown);
    expect(caught).toBeInstanceOf(error);
    if (status !== 302) expect((caught as Error).message).toContain('the reason');
  });

  it('does not wait for ever, nor read without end', async () => {
    const silent = await prometheus(() => {});
    const slow = createPrometheusMetrics({ url: silent.url, timeoutMs: 50, ...one }).collect(query);
    await expect(slow).rejects.toThrow(/did not answer/);
    const large = await prometheus((_, response) => response.end('x'.repeat(5_000)));
    const huge = createPrometheusMetrics({ url: large.url, mostBytes: 1_000, ...one }).collect(query);
    await expect(huge).rejects.toThrow(/larger than 1000 bytes/);
    await silent.close();
    const gone = createPrometheusMetrics({ url: silent.url, ...one }).collect(query);
    await expect(gone).rejects.toBeInstanceOf(CloudUnreachable);
  });

  it('takes whatever comes for what it is: figures in our form, or an error of the port', async () => {
    let body = '';
    const { url } = await prometheus((_, response) => response.end(body));
    const source = createPrometheusMetrics({ url, ...one });
    const entry = fc.record({
      metric: fc.jsonValue(),
      values: fc.oneof(fc.jsonValue(), fc.array(fc.tuple(fc.jsonValue(), fc.jsonValue()))),
    });
    const bodies = fc.oneof(fc.string(), fc.json(), fc.array(fc.oneof(fc.jsonValue(), entry)).map(matrix));
    await fc.assert(
      fc.asyncProperty(bodies, async (text) => {
        body = text;
        const found = await source.collect(query).catch((error: unknown) => error);
        if (found instanceof CloudUnreachable) return;
        expect(Array.isArray(found)).toBe(true);
        const points = (found as { points: [number, number][] }[]).flatMap((each) => each.points);
        expect(points.flat().every((number) => Number.isFinite(number))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
