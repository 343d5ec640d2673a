import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, daysOf, weekday } from '../../../shared/domain/calendar.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { shareKnown, withSeen, type DailyTotals, type GrowthRecord } from './growth.ts';
import { combined, forecastMonth, type ForecastInput } from './month.ts';

const micros = (units: number): number => Math.round(units * 1e6);
const day = dayNumber;

/** Each day from the one to the other, both included, by what it cost. */
function daily(from: string, to: string, cost: (day: number) => number): Map<number, number> {
  const days = new Map<number, number>();
  for (let each = day(from); each <= day(to); each++) days.set(each, micros(cost(each)));
  return days;
}

/** Bills reach as far as there is use; nothing is known of how late they come. */
function seen(usage: ReadonlyMap<number, number>, today: string, growth?: GrowthRecord): Coverage {
  const coverage = coverageOf('aws', { totals: new Map([['aws', usage]]), growth, today: day(today) });
  if (coverage === undefined) throw new Error('there is no day');
  return coverage;
}

function input(usage: Map<number, number>, over: Partial<ForecastInput> & { readonly at: string }): ForecastInput {
  const { at, ...rest } = over;
  return {
    month: at.slice(0, 7),
    today: day(at),
    usage,
    recurring: new Map(),
    other: new Map(),
    coverage: seen(usage, at),
    ...rest,
  };
}

const isWeekend = (each: number): boolean => weekday(each) === 0 || weekday(each) === 6;
const units = (forecast: ReturnType<typeof forecastMonth>): number => Math.round((forecast?.micros ?? NaN) / 1e6);

describe('the forecast of a month', () => {
  it.each([
    ['steady', () => 10, 300],
    ['dearer on weekdays', (each: number) => (isWeekend(each) ? 4 : 10), 21 * 10 + 9 * 4],
    ['nothing at weekends', (each: number) => (isWeekend(each) ? 0 : 10), 210],
    [
      'with three wild days',
      (each: number) => ([0, 5, 9].includes(day('2026-11-10') - each) ? 500 : 10),
      300 + 490 * 3,
    ],
  ])('of what is %s', (_, cost, november) => {
    const forecast = forecastMonth(input(daily('2026-09-20', '2026-11-19', cost), { at: '2026-11-20' }));
    expect(Math.abs(units(forecast) - november)).toBeLessThanOrEqual(1);
    expect(forecast?.lowMicros).toBeLessThanOrEqual(forecast?.micros ?? NaN);
    expect(forecast?.highMicros).toBeGreaterThanOrEqual(forecast?.micros ?? NaN);
  });

  it('of the first days leans on the last month', () => {
    const usage = daily('2026-10-01', '2026-11-01', () => 10);
    expect(units(forecastMonth(input(usage, { at: '2026-11-02' })))).toBe(300);
    const before = daily('2026-10-01', '2026-10-31', () => 10);
    expect(units(forecastMonth(input(before, { at: '2026-11-01' })))).toBe(300);
  });

  it('follows a new level after a week and a day, and a trend', () => {
    const shifted = daily('2026-09-20', '2026-11-19', (each) => (each >= day('2026-11-10') ? 20 : 10));
    expect(units(forecastMonth(input(shifted, { at: '2026-11-20' })))).toBe(9 * 10 + 21 * 20);
    const rising = daily('2026-10-01', '2026-11-19', (each) => 10 + 0.2 * (each - day('2026-10-01')));
    const whole = [...daily('2026-11-01', '2026-11-30', (each) => 10 + 0.2 * (each - day('2026-10-01'))).values()];
    const expected = whole.reduce((a, b) => a + b, 0) / 1e6;
    expect(Math.abs(units(forecastMonth(input(rising, { at: '2026-11-20' }))) / expected - 1)).toBeLessThan(0.01);
  });

  it('of a month whose bills are all there is what they say', () => {
    const usage = daily('2026-09-20', '2026-11-05', (each) => 10 + (each % 3));
    const forecast = forecastMonth(input(usage, { at: '2026-11-06', month: '2026-10' }));
    const october = [...daily('2026-10-01', '2026-10-31', (each) => 10 + (each % 3)).values()].reduce(
      (a, b) => a + b,
      0,
    );
    expect(forecast).toEqual({ micros: october, lowMicros: october, highMicros: october });
  });

  it('is absent where nothing is known, or nothing lately: never zero', () => {
    const two = daily('2026-11-17', '2026-11-18', () => 10);
    expect(forecastMonth(input(two, { at: '2026-11-20' }))).toBeUndefined();
    const old = daily('2026-08-01', '2026-10-30', () => 10);
    expect(forecastMonth(input(old, { at: '2026-11-20' }))).toBeUndefined();
    expect(coverageOf('aws', { totals: new Map(), growth: undefined, today: 1 })).toBeUndefined();
    expect(combined([])).toBeUndefined();
  });

  it('expects what is bought on its day again, and no more credits than there are', () => {
    const usage = daily('2026-08-01', '2026-11-19', () => 10);
    const bought = (days: readonly string[]) => new Map(days.map((each) => [day(each), micros(100)]));
    const monthly = bought(['2026-08-28', '2026-09-28', '2026-10-28']);
    expect(units(forecastMonth(input(usage, { at: '2026-11-20', recurring: monthly })))).toBe(400);
    const come = bought(['2026-09-03', '2026-10-03', '2026-11-03']);
    expect(units(forecastMonth(input(usage, { at: '2026-11-20', recurring: come })))).toBe(400);
    const once = bought(['2026-10-28']);
    expect(units(forecastMonth(input(usage, { at: '2026-11-20', recurring: once })))).toBe(300);
    const credits = new Map([
      [day('2026-10-25'), -micros(50)],
      [day('2026-11-02'), -micros(50)],
    ]);
    expect(units(forecastMonth(input(usage, { at: '2026-11-20', other: credits })))).toBe(250);
  });

  it('lies within what was spent and its own range, whatever the days cost', () => {
    const costs = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 30, maxLength: 70 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 29 }), (all, into) => {
        const at = `2026-11-${String(into).padStart(2, '0')}`;
        const first = day(at) - all.length;
        const usage = new Map(all.map((cost, i) => [first + i, micros(cost)]));
        const forecast = forecastMonth(input(usage, { at }));
        const spent = [...usage].reduce((sum, [each, cost]) => sum + (each >= day('2026-11-01') ? cost : 0), 0);
        if (forecast === undefined) throw new Error('thirty days are enough');
        expect(forecast.lowMicros).toBeGreaterThanOrEqual(spent);
        expect(forecast.lowMicros).toBeLessThanOrEqual(forecast.micros);
        expect(forecast.highMicros).toBeGreaterThanOrEqual(forecast.micros);
      }),
    );
  });

  it('doubles when every amount does', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 40, maxLength: 60 });
    fc.assert(
      fc.property(costs, (all) => {
        const of = (times: number) =>
          forecastMonth(
            input(new Map(all.map((cost, i) => [day('2026-11-15') - all.length + i, cost * times * 1000])), {
              at: '2026-11-15',
            }),
          );
        expect(Math.abs((of(2)?.micros ?? NaN) - 2 * (of(1)?.micros ?? NaN))).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('holds what comes eight times in ten', () => {
    // 200 worlds: weekdays, noise of 10 %, a level that wanders 2 % a day; seeded, so that it is the same every run.
    let inside = 0;
    for (let world = 0; world < 200; world++) {
      const random = generator(world);
      let level = 100;
      const costs = daily('2026-09-01', '2026-11-30', (each) => {
        level *= 1 + 0.02 * gauss(random);
        return level * (isWeekend(each) ? 0.6 : 1) * (1 + 0.1 * gauss(random));
      });
      const at = day('2026-11-02') + (world % 25);
      const known = new Map([...costs].filter(([each]) => each < at));
      const date = new Date(at * 86_400_000).toISOString().slice(0, 10);
      const forecast = forecastMonth(input(known, { at: date }));
      const { from } = daysOf('2026-11');
      const real = [...costs].reduce((sum, [each, cost]) => sum + (each >= from ? cost : 0), 0);
      if (forecast !== undefined && real >= forecast.lowMicros && real <= forecast.highMicros) inside += 1;
    }
    expect(inside / 200).toBeGreaterThan(0.72);
    expect(inside / 200).toBeLessThan(0.92);
  });
});

describe('days that are not billed in full', () => {
  const usage = (last: number) => {
    const days = daily('2026-10-01', '2026-11-19', () => 10);
    days.set(day('2026-11-19'), micros(last));
    return days;
  };

  it.each([
    ['the last one is open: what is missing is expected', 3, 300],
    ['unless it is dearer already', 30, 320],
  ])('without experience %s', (_, last, november) => {
    expect(units(forecastMonth(input(usage(last), { at: '2026-11-20' })))).toBe(november);
  });

  it('are known by how much earlier days grew', () => {
    // Looked at every morning for a month: three quarters of the day before are known.
    let growth: GrowthRecord | undefined;
    for (let today = day('2026-10-12'); today <= day('2026-11-20'); today++) {
      const days = daily('2026-09-20', '2026-11-19', () => 10);
      for (const each of [...days.keys()]) if (each >= today) days.delete(each);
      days.set(today - 1, micros(7.5));
      growth = withSeen(growth, new Map([['aws', days]]), today);
    }
    const known = usage(15);
    const totals: DailyTotals = new Map([['aws', known]]);
    const today = day('2026-11-20');
    expect(shareKnown(growth, totals, { stream: 'aws', age: 1, today })).toBe(0.75);
    expect(shareKnown(growth, totals, { stream: 'gcp', age: 1, today })).toBeUndefined();
    const coverage = seen(known, '2026-11-20', growth);
    expect(coverage.of(today - 1)).toEqual({ kind: 'partial', share: 0.75 });
    expect(units(forecastMonth(input(known, { at: '2026-11-20', coverage })))).toBe(29 * 10 + 20);
  });

  it('keep what was seen within bounds', () => {
    let growth: GrowthRecord | undefined;
    for (let today = day('2026-01-01'); today < day('2026-11-01'); today++) {
      const days = new Map([...Array(60).keys()].map((i) => [today - i, micros(1)]));
      growth = withSeen(growth, new Map([['aws', days]]), today);
    }
    expect(Object.keys(growth?.seen['aws'] ?? {}).length).toBeLessThanOrEqual(45);
    expect(JSON.stringify(growth).length).toBeLessThan(20_000);
  });
});

function generator(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Sum of twelve: normal enough. */
function gauss(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}
