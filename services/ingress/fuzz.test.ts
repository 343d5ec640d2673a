import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { contracts } from '../../shared/contracts/index.ts';
import { clock, createIngress, foreign, shop } from './fixtures.ts';

/** No request, however wrong, is our failure; and whatever is refused has left nothing behind. */
const type = fc.oneof(
  fc.constantFrom(...contracts.map((each) => each.type)),
  fc.string(),
  fc.constant('com.example.x'),
);
const attribute = fc.constantFrom(
  ...[
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'data',
    'datacontenttype',
    'dataschema',
    'correlationid',
  ],
  ...['causationid', 'traceparent', 'dryrun', 'cloud', 'data_base64', 'Upper', '__proto__', 'constructor', 'toString'],
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('1.0', '', '9999-12-31T23:59:59Z', true),
);
const event = fc
  .record({ type, changes: fc.array(fc.tuple(attribute, value), { maxLength: 3 }), data: value })
  .map(({ type: of, changes, data }) => foreign({ type: of, data, ...Object.fromEntries(changes) }));
const fields = [
  'application',
  'spec',
  'services',
  'scope',
  'reason',
  'after',
  'name',
  'replicas',
  'ids',
  'consumer',
  'until',
];
const near = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom(...fields),
    fc.oneof(fc.jsonValue(), fc.constantFrom('shop', 'aws', 0, [{ name: 'web', replicas: 1 }])),
  ),
);
const body = fc.oneof(
  event.map((each) => JSON.stringify(each)),
  fc.array(event, { maxLength: 4 }).map((each) => JSON.stringify(each)),
  near.map((each) => JSON.stringify(each)),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.nat(shop.length), fc.nat(4), fc.string())
    .map(([at, cut, put]) => shop.slice(0, at) + put + shop.slice(at + cut)),
);
const media = fc.oneof(
  fc.constantFrom(
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/json',
    'text/plain',
    '',
  ),
  fc.constantFrom(
    'application/cloudevents+json; charset=utf-8',
    'application/cloudevents+xml',
    ';',
    'application/json;charset',
  ),
);
// Header values as the wire allows them: visible bytes, blanks inside.
const header = fc.stringMatching(/^[!-~\u00a0-\u00ff]([ -~\u00a0-\u00ff]{0,20}[!-~\u00a0-\u00ff])?$/);
const headers = fc.dictionary(
  fc.constantFrom(
    'ce-specversion',
    'ce-id',
    'ce-source',
    'ce-type',
    'ce-time',
    'ce-x',
    'ce-data',
    'if-match',
    'last-event-id',
    'webhook-request-origin',
  ),
  fc.oneof(header, fc.constantFrom('1.0', '/a', '%ff', '%0A', '3')),
);
const path = fc.oneof(
  fc.constantFrom(
    '/v1/events',
    '/v1/applications',
    '/v1/applications/shop/scale',
    '/v1/applications/shop',
    '/v1/replay',
  ),
  fc.constantFrom(
    '/v1/dead-letters/redrive',
    '/v1/dead-letters',
    '/v1/status',
    '/',
    '/v1',
    '/v1/applications/%E0%A4%A/scale',
  ),
  fc.webPath().map((each) => `/v1${each}`),
);
const query = fc.dictionary(
  fc.constantFrom('after', 'limit', 'type', 'subject', 'reverse', 'before', 'order', 'file', 'correlationid'),
  fc.string(),
  { maxKeys: 2 },
);

describe('whatever is sent', () => {
  it('no request makes a 5xx, and only what was answered 202 is stored', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const runtime = createMemoryRuntime({ clock });
    const { raw, stored } = createIngress(runtime);
    let known = 0;
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          path,
          query,
          body,
          media,
          headers,
          method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'DELETE', 'PUT', 'OPTIONS'),
        }),
        async (sent) => {
          const { method } = sent;
          const response = await raw(`${sent.path}?${new URLSearchParams(sent.query).toString()}`, {
            method,
            headers: { ...sent.headers, 'content-type': sent.media },
            ...(method === 'GET' ? {} : { body: sent.body }),
          });
          const text = await response.text();
          statuses.add(response.status);
          expect(response.status).toBeLessThan(500);
          if (response.status >= 400) {
            expect(response.headers.get('content-type')).toBe('application/problem+json');
            expect(JSON.parse(text)).toMatchObject({ status: response.status, title: expect.any(String) as unknown });
          }
          const now = (await runtime.log.read({ limit: 1000, reverse: true })).at(0)?.sequence ?? 0;
          if (response.status !== 202) expect(now).toBe(known);
          known = now;
        },
      ),
      { numRuns: 1500, seed: 20_261_121 },
    );
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    // The fuzzing was worth something: it got through to acceptance, and to most ways of being refused.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 400, 403, 404, 405, 415, 422]));
    expect((await stored()).length).toBeGreaterThan(10);
  });
});
