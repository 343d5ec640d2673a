import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { samples } from '../../../cli/alerts/samples.ts';
import { alertDialects, alertReceived } from '../../../shared/contracts/alert-received.ts';
import { clock, createIngress, start } from '../fixtures.ts';
import { deployments, regions } from './fixtures.ts';

/** Whatever a sender sends is its own fault or an alert, never a failure of ours; and every alert is one that readers can read. */
const options = { now: start, resolved: false, id: 'abc123', application: 'shop', service: 'web' };
const json = fc.jsonValue({ maxDepth: 4 });
const odd = fc.oneof(
  json,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', -1, 1e308, null),
);

/** A sample with one of its values, anywhere, exchanged for another. */
function spoilt(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (each: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(value);
}

describe('whatever a sender sends', () => {
  it.each(alertDialects)('by %s makes no 5xx, and only readable alerts', async (dialect) => {
    const runtime = createMemoryRuntime({ clock });
    const secrets = { check: () => {}, read: () => Promise.resolve([]) };
    const { post, stored } = createIngress(runtime, {
      regions: () => Promise.resolve(regions),
      routes: [deployments()],
      hooks: {
        config: [{ name: 'h', dialect, authentication: { type: 'api' } }],
        secrets,
        fetchText: () => Promise.reject(new Error('nothing is fetched')),
      },
    });
    const { headers, body } = samples[dialect](options);
    const statuses = new Set<number>();
    const near = fc.tuple(fc.nat(40), odd).map(([at, by]) => JSON.stringify(spoilt(JSON.parse(body), at, by)));
    const cut = fc.nat(body.length).map((length) => body.slice(0, length));
    const any = fc.oneof(
      json.map((each) => JSON.stringify(each)),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 6, arbitrary: near }, { weight: 1, arbitrary: cut }, { weight: 1, arbitrary: any }),
        async (sent) => {
          const { status } = await post('/v1/hooks/h', sent, headers);
          statuses.add(status);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 300, seed: 20_261_121 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([202, 400]));
    for (const event of await stored()) {
      const { data } = alertReceived.parse(event);
      expect(Date.parse(data.startsAt)).toBeLessThanOrEqual(start);
      expect(JSON.stringify([data.title, data.labels])).not.toMatch(/[\u0000-\u001f]|\\u00[01]/);
    }
  });
});
