import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.ts';
import { addValue } from './aggregate.ts';
import type { Metric } from './metric.ts';
import { createMetricStore } from './store.ts';
import { align, collect } from './window.ts';

const metric = (name: string, namespace = 'Shop'): Metric => ({ namespace, name, dimensions: [] });
const minute = 60_000;

function setup(maxBuckets?: number) {
  const clock = createManualClock();
  const store = createMetricStore(clock, maxBuckets);
  const put = (of: Metric, at = clock.now(), region = 'eu-west-1') =>
    addValue(store.open({ region, metric: of, at, unit: 'None', resolution: 60 }), 1);
  const held = () => store.list('eu-west-1').map(({ name }) => name);
  return { clock, store, put, held };
}

describe('metric store', () => {
  it('drops the metric that was not written for longest when it is full', () => {
    const { clock, store, put, held } = setup(10);
    for (const name of ['old', 'kept', 'old']) put(metric(name));
    put(metric('old'), clock.now() + minute);
    put(metric('kept'), clock.now() + minute);
    for (let index = 0; index < 7; index++) put(metric('new'), clock.now() + index * minute);
    expect(held()).toEqual(['kept', 'new']);
    expect(store.read('eu-west-1', metric('old')).size).toBe(0);
  });

  it('holds one metric to its share, oldest first', () => {
    const { clock, store, put } = setup(10);
    for (let index = 0; index < 30; index++) put(metric('busy'), clock.now() + index * minute);
    const kept = [...store.read('eu-west-1', metric('busy')).keys()];
    expect(kept).toEqual(Array.from({ length: 10 }, (_, index) => clock.now() + (index + 20) * minute));
  });

  it('keeps what services publish for 3 hours, and what users publish for two weeks', async () => {
    const { clock, put, held } = setup();
    put(metric('cpu', 'AWS/ECS'));
    put(metric('orders'));
    await clock.advance(181 * minute);
    expect(held()).toEqual(['orders']);
    await clock.advance(14 * 24 * 60 * minute);
    expect(held()).toEqual([]);
  });

  it('counts periods from the rounded start, and has nothing of less than a minute after 3 hours', () => {
    const now = Date.UTC(2026, 0, 1, 12);
    expect(align(now - 5 * minute + 34_567, now, 300, now).start).toBe(now - 5 * minute);
    expect(align(now - 27_000, now, 20, now).start).toBe(now - 40_000);
    expect(align(now - 16 * 1_440 * minute - 2 * minute, now, 60, now).start % (5 * minute)).toBe(0);
    expect(align(now - 70 * 1_440 * minute - 2 * minute, now, 60, now).start % (60 * minute)).toBe(0);
    const buckets = new Map([now - 181 * minute, now - minute].map((at) => [at, new Map()]));
    const range = { start: now - 200 * minute, end: now };
    expect([...collect(buckets, { ...range, periodMs: 30_000 }, now).keys()]).toEqual([now - minute]);
    expect(collect(buckets, { ...range, periodMs: minute }, now).size).toBe(2);
  });
});
