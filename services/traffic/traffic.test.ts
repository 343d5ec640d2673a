import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trafficShift, type Route } from '../../shared/contracts/traffic-shift.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import type { Split } from '../../shared/ports/traffic-router.ts';
import { decide } from './decide.ts';
import { handlers, restore } from './index.ts';
import { trafficKey, type TrafficRecord } from './record.ts';

const route = (weight: number, target = 'aws/eu-west-1/fargate'): Route => ({
  target,
  endpoint: 'http://127.0.0.1:1',
  weight,
});
const shift = (sequence: number, routes = [route(100)], reason: 'Rollout' | 'Removed' = 'Rollout') => ({
  application: 'shop',
  service: 'web',
  generation: 1,
  sequence,
  routes,
  reason,
});

/** A router that keeps what it was told, in order. */
function recorder() {
  const told: Split[] = [];
  return { told, route: (split: Split) => Promise.resolve(void told.push(split)), routes: () => Promise.resolve(told) };
}

async function deliver(data: ReturnType<typeof shift>, inForce: TrafficRecord | undefined, dryrun = false) {
  const router = recorder();
  const [handler] = handlers({ router });
  const draft = trafficShift.draft(data);
  const event = {
    specversion: '1.0',
    id: 'x',
    source: '/test',
    type: draft.type,
    subject: draft.subject,
    time: new Date(0).toISOString(),
    datacontenttype: 'application/json',
    correlationid: 'x',
    ...(dryrun ? { dryrun } : {}),
    data,
  } as Envelope;
  const context = { now: 7, records: { get: () => Promise.resolve(inForce) } } as unknown as HandlerContext;
  const outcome = (await handler?.handle(handler.contract.parse(event), context)) as Outcome;
  return { told: router.told, outcome };
}

describe('a commanded split', () => {
  const inForce = decide(undefined, shift(5), 1) as TrafficRecord;

  it('is put in force, recorded and confirmed', async () => {
    const { told, outcome } = await deliver(shift(6, [route(60), route(40, 'gcp/europe-west1/cloud-run')]), inForce);
    expect(told.map(({ sequence }) => sequence)).toEqual([6]);
    expect(outcome.writes).toMatchObject([{ key: trafficKey('shop', 'web'), value: { sequence: 6, shiftedAt: 7 } }]);
    expect(outcome.events).toMatchObject([{ type: 'dev.homeostasis.traffic.shifted.v1', data: { sequence: 6 } }]);
  });

  it('with a lower sequence than the one in force is ignored', async () => {
    expect(await deliver(shift(4), inForce)).toEqual({ told: [], outcome: {} });
  });

  it('with the same sequence is put in force and confirmed again, with what was first recorded', async () => {
    const { told, outcome } = await deliver(shift(5, []), inForce);
    expect(told.map(({ routes }) => routes.length)).toEqual([1]);
    expect(outcome.writes).toEqual([]);
    expect(outcome.events).toHaveLength(1);
  });

  it('that is empty tells the router whether the service is gone or only has nothing that stands', async () => {
    const idle = await deliver(shift(6, []), inForce);
    expect(idle.told).toMatchObject([{ sequence: 6, routes: [] }]);
    expect(idle.told[0]).not.toHaveProperty('removed');
    const gone = await deliver(shift(6, [], 'Removed'), inForce);
    expect(gone.told).toMatchObject([{ sequence: 6, routes: [], removed: true }]);
    // Remembered for a restart, and nobody else's business.
    expect(gone.outcome.writes).toMatchObject([{ value: { removed: true } }]);
    expect(gone.outcome.events?.[0]?.data).not.toHaveProperty('removed');
    expect(decide(decide(inForce, shift(6, [], 'Removed'), 1), shift(7), 2)).not.toHaveProperty('removed');
  });

  it('in a rehearsal is confirmed and not put in force', async () => {
    const { told, outcome } = await deliver(shift(6), inForce, true);
    expect(told).toEqual([]);
    expect(outcome.writes).toBeUndefined();
    expect(outcome.events).toHaveLength(1);
  });

  it('any order and repetition ends with the highest sequence in force', () => {
    const sequences = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(sequences, (all) => {
        const last = all.reduce<TrafficRecord | undefined>(
          (known, sequence) => decide(known, shift(sequence), 1) ?? known,
          undefined,
        );
        expect(last?.sequence).toBe(Math.max(...all));
      }),
    );
  });
});

describe('after a restart', () => {
  it('every recorded split is put in force again, page by page', async () => {
    const router = recorder();
    const all = Array.from({ length: 5 }, (_, index) => ({
      key: `traffic/shop/s${index}`,
      version: 1,
      value: { ...shift(index + 1, index === 0 ? [] : [route(100)]), service: `s${index}`, shiftedAt: 0 },
    }));
    const list = (_prefix: string, page?: { readonly after?: string }) => {
      const rest = all.filter(({ key }) => key > (page?.after ?? ''));
      return Promise.resolve({ items: rest.slice(0, 2), ...(rest.length > 2 ? { next: rest[1]?.key } : {}) });
    };
    expect(await restore({ list } as never, router)).toBe(4);
    expect(router.told).toHaveLength(5);
  });
});
