import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanReplicas, nextChange, peakReplicas, replicasAt, type Scheduled } from './schedule.ts';
import { instantOf, wallClock } from './zone.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

const office: Scheduled = {
  replicas: 1,
  schedule: [
    {
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '08:00',
      to: '18:00',
      timezone: 'Europe/Berlin',
      replicas: 6,
    },
    { days: ['sat'], from: '22:00', to: '06:00', timezone: 'Europe/Berlin', replicas: 0 },
  ],
};

describe('replicas by the clock', () => {
  it.each([
    // 2026-11-23 is a Monday; Berlin is one hour ahead of UTC then.
    ['before the window', '2026-11-23T06:59:59.999Z', 1],
    ['as it opens', '2026-11-23T07:00:00Z', 6],
    ['before it closes', '2026-11-23T16:59:59Z', 6],
    ['as it closes', '2026-11-23T17:00:00Z', 1],
    ['on a day it does not name', '2026-11-22T10:00:00Z', 1],
    ['at night, on the evening', '2026-11-21T21:00:00Z', 0],
    ['at night, on the morning after', '2026-11-22T04:59:00Z', 0],
    ['after the night', '2026-11-22T05:00:00Z', 1],
    ['in summer, an hour earlier', '2026-07-20T06:00:00Z', 6],
  ])('%s', (_, time, replicas) => {
    expect(replicasAt(office, at(time))).toBe(replicas);
  });

  it('follow the first window that fits', () => {
    const both: Scheduled = {
      replicas: 1,
      schedule: [
        { from: '10:00', to: '11:00', replicas: 9 },
        { from: '00:00', to: '00:00', replicas: 3 },
      ],
    };
    expect([9, 10, 11].map((hour) => replicasAt(both, Date.UTC(2026, 10, 23, hour)))).toEqual([3, 9, 3]);
    expect(iso(nextChange(both, at('2026-11-23T10:30:00Z')))).toBe('2026-11-23T11:00:00.000Z');
  });

  it('change next at the next edge that matters', () => {
    expect(iso(nextChange(office, at('2026-11-21T12:00:00Z')))).toBe('2026-11-21T21:00:00.000Z');
    expect(iso(nextChange(office, at('2026-11-22T05:00:00Z')))).toBe('2026-11-23T07:00:00.000Z');
    expect(nextChange({ replicas: 2 }, 0)).toBeUndefined();
    expect(nextChange({ replicas: 2, schedule: [{ from: '08:00', to: '09:00', replicas: 2 }] }, 0)).toBeUndefined();
  });

  it('know their mean and their peak', () => {
    // 50 hours of 6, 8 of 0, the rest of 1, of 168.
    expect(meanReplicas(office, at('2026-11-21T12:34:00Z'))).toBeCloseTo((50 * 6 + 110) / 168, 12);
    expect(peakReplicas(office)).toBe(6);
    expect([meanReplicas({ replicas: 3 }, 0), peakReplicas({ replicas: 3 })]).toEqual([3, 3]);
  });
});

describe('the days on which clocks are set', () => {
  const night: Scheduled = {
    replicas: 1,
    schedule: [{ from: '02:30', to: '05:00', timezone: 'Europe/Berlin', replicas: 4 }],
  };

  it('begin at the leap where the time does not come', () => {
    expect(iso(nextChange(night, at('2026-03-29T00:00:00Z')))).toBe('2026-03-29T01:00:00.000Z');
    expect(iso(nextChange(night, at('2026-03-29T01:00:00Z')))).toBe('2026-03-29T03:00:00.000Z');
  });

  it('begin once where the time comes twice', () => {
    const first = nextChange(night, at('2026-10-25T00:00:00Z'));
    expect(iso(first)).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(nextChange(night, first ?? 0))).toBe('2026-10-25T04:00:00.000Z');
  });

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Sao_Paulo', 'UTC'])(
    'show the time they were asked for, or a later one: %s',
    (zone) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 527_040 }), (minute) => {
          const wall = Date.UTC(2026, 0, 1) + minute * 60_000;
          const instant = instantOf(wall, zone);
          const shown = wallClock(instant, zone);
          expect(shown).toBeGreaterThanOrEqual(wall);
          // And it is the first such instant of that day.
          expect(wallClock(instant - 60_000, zone)).toBeLessThan(wall);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('never leave more or less than one count: the next change is always a change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 527_040 }), (minute) => {
        const now = Date.UTC(2026, 0, 1) + minute * 60_000;
        const next = nextChange(office, now);
        expect(next).toBeGreaterThan(now);
        expect(replicasAt(office, (next ?? 0) - 1)).toBe(replicasAt(office, now));
        expect(replicasAt(office, next ?? 0)).not.toBe(replicasAt(office, now));
      }),
      { numRuns: 100 },
    );
  });
});
