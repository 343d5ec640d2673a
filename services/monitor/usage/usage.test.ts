import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { metricsCollected } from '../../../shared/contracts/metrics-collected.ts';
import { scheduleReconcile } from '../../../shared/contracts/schedule-reconcile.ts';
import { usageSummarized, type UsageDay } from '../../../shared/contracts/usage-summarized.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import { createWorld, home, minute, start, type World } from '../metrics/fixtures.ts';
import { dueDayRound } from './day-round.ts';
import { withHours } from './spread.ts';
import { summarize } from './summarize.ts';

interface Said {
  readonly day: string;
  readonly deployments: readonly UsageDay[];
}
const told = (world: World): Promise<Said[]> => world.said<Said>(usageSummarized);

/** The cloud tells the last half hour, minute by minute: CPU as given, memory half, a request a second, two replicas. */
async function halfHour(
  world: World,
  services: readonly string[],
  cpu: (minuteOfDay: number) => number,
): Promise<void> {
  world.advance(30 * minute);
  const to = Math.floor(world.now() / minute) * minute;
  const starts = Array.from({ length: 30 }, (_, index) => to / 1000 - (30 - index) * 60);
  const points = (value: (at: number) => number): [number, number][] => starts.map((at) => [at, value(at)]);
  const series = services.flatMap((service) =>
    (
      [
        ['container.cpu.utilization', (at: number) => cpu((at % 86_400) / 60)],
        ['container.memory.utilization', () => 0.5],
        ['http.server.request.count', () => 60],
        ['deployment.replicas', () => 2],
      ] as const
    ).map(([metric, value]) => ({ application: 'shop', service, target: home, metric, points: points(value) })),
  );
  const window = { from: toTime(to - 30 * minute), to: toTime(to) };
  await world.say(
    metricsCollected.draft({ scope: 'aws/eu-west-1', status: 'collected', message: '', ...window, series }),
  );
}

describe('usage of a day', () => {
  it('is summed up from the minutes that are known, once the day is over, and said once', async () => {
    const world = createWorld(createMemoryRuntime);
    await world.place(['web'], [home]);
    // From eight to midnight, and a little on: hardly any use, but for one minute in a hundred.
    for (let step = 0; step < 33; step++) await halfHour(world, ['web'], (at) => (at % 100 === 0 ? 0.9 : 0.1));
    expect(await told(world)).toEqual([]);
    await world.say(scheduleReconcile.draft({}));
    const [first] = await told(world);
    expect(first?.day).toBe('2026-11-21');
    expect(first?.deployments).toMatchObject([
      {
        ...{ application: 'shop', service: 'web', target: home, minutes: 960 },
        cpu: { p50: 0.1, p95: 0.1, p99: 0.9, max: 0.9 },
        memory: { p50: 0.5, p95: 0.5, p99: 0.5, max: 0.5 },
        ...{ requests: 960 * 60, replicas: 2 },
      },
    ]);
    // Nobody knows of the first eight hours.
    const hours = first?.deployments[0]?.hours ?? [];
    expect(hours.slice(0, 12)).toEqual([...Array<null>(8).fill(null), 0.9, 0.1, 0.9, 0.9]);
    await world.say(scheduleReconcile.draft({}));
    world.advance(3 * 60 * minute);
    await world.say(scheduleReconcile.draft({}));
    expect(await told(world)).toHaveLength(1);
  });

  it('is said again when more became known', async () => {
    const world = createWorld(createMemoryRuntime);
    await world.place(['web'], [home]);
    for (let step = 0; step < 31; step++) await halfHour(world, ['web'], () => 0.1);
    world.advance(60 * minute);
    await world.say(scheduleReconcile.draft({}));
    expect((await told(world))[0]?.deployments[0]?.minutes).toBe(930);
    // The last half hour of the day comes an hour late.
    const points = Array.from({ length: 30 }, (_, index): [number, number] => [
      Date.UTC(2026, 10, 21, 23, 30 + index) / 1000,
      0.4,
    ]);
    const series = [
      { application: 'shop', service: 'web', target: home, metric: 'container.cpu.utilization' as const, points },
    ];
    const window = { from: '2026-11-21T23:30:00Z', to: '2026-11-22T00:00:00Z' };
    await world.say(
      metricsCollected.draft({ scope: 'aws/eu-west-1', status: 'collected', message: '', ...window, series }),
    );
    world.advance(110 * minute);
    await world.say(scheduleReconcile.draft({}));
    const said = await told(world);
    expect(said).toHaveLength(2);
    expect(said[1]?.deployments[0]).toMatchObject({ minutes: 960, cpu: { max: 0.4 } });
  });

  it('goes through a large fleet in pages that fit a transaction', async () => {
    const world = createWorld(createMemoryRuntime);
    const services = Array.from({ length: 60 }, (_, index) => `s${index}`);
    await world.place(services, [home]);
    for (let step = 0; step < 3; step++) await halfHour(world, services, () => 0.2);
    world.advance(15 * 60 * minute);
    await world.say(scheduleReconcile.draft({}));
    for (let page = 0; page < 4; page++) {
      world.advance(minute);
      await world.say(scheduleReconcile.draft({ after: 'z' }));
    }
    const said = await told(world);
    expect(said.map(({ deployments }) => deployments.length)).toEqual([25, 25, 10]);
    expect(new Set(said.flatMap(({ deployments }) => deployments.map(({ service }) => service))).size).toBe(60);
  });
});

describe('what is not known', () => {
  const of = { application: 'shop', service: 'web', target: home };
  it('is absent, and a day of which nothing is known is not said', () => {
    expect(summarize('2026-11-21', { of, hours: undefined, spread: undefined })).toBeUndefined();
    const from = Date.UTC(2026, 10, 21, 9) / 1000;
    const hours = { asOf: 0, rings: { 'http.server.request.count': { from, values: [12], known: [7] } } };
    expect(summarize('2026-11-21', { of, hours, spread: undefined })).toEqual({ ...of, minutes: 7, requests: 12 });
  });
});

describe('an hour', () => {
  it('is put together when its last minute has come in, and not from minutes some of which are gone', () => {
    const from = Date.UTC(2026, 10, 21, 8, 30) / 1000;
    const values = Array.from({ length: 120 }, () => 0.25);
    const minutes = { asOf: 0, rings: { 'container.cpu.utilization': { from, values } } };
    const record = withHours(undefined, minutes, (from + 120 * 60) * 1000);
    expect(Object.keys(record?.hours ?? {})).toEqual([String(Date.UTC(2026, 10, 21, 9) / 1000)]);
    expect(withHours(record, minutes, (from + 120 * 60) * 1000)).toBe(record);
  });
});

describe('a round', () => {
  it('is due ten minutes after midnight, and once more when the minutes are let go', () => {
    const midnight = Date.UTC(2026, 10, 22);
    expect(dueDayRound({ day: '2026-11-20', rounds: 2 }, midnight + 9 * minute)).toBeUndefined();
    const first = dueDayRound({ day: '2026-11-20', rounds: 2 }, midnight + 10 * minute);
    expect(first?.record).toEqual({ day: '2026-11-21', rounds: 1 });
    expect(dueDayRound(first?.record, midnight + 129 * minute)).toBeUndefined();
    expect(dueDayRound(first?.record, midnight + 130 * minute)?.record).toEqual({ day: '2026-11-21', rounds: 2 });
    // Nobody was awake for days: each of those of which something may be known has its turn.
    const late = Date.UTC(2026, 10, 25, 9);
    const turns: string[] = [];
    for (let turn = dueDayRound(first?.record, late); turn !== undefined; turn = dueDayRound(turn.record, late)) {
      turns.push(turn.record.day);
    }
    expect(turns).toEqual(['2026-11-22', '2026-11-23', '2026-11-24']);
    expect(dueDayRound({ day: '2026-10-01', rounds: 2 }, late)?.record.day).toBe('2026-11-22');
    // Nobody was awake: once is enough.
    expect(dueDayRound(undefined, start)?.record).toEqual({ day: '2026-11-20', rounds: 2 });
  });
});
