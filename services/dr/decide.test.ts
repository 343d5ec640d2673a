import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import type { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import { decideHealth, decideHold, emptyWatch, isDown } from './decide.ts';
import type { IncidentRecord, WatchRecord } from './record.ts';
import { defaultDrSettings } from './settings.ts';

const settings = { ...defaultDrSettings, holdDownMs: 15_000, readmitAfterMs: 60_000 };
const scope = 'aws/eu-west-1';

/** The scope's watch, with its notes delivered when they are due. */
class Watch {
  record: WatchRecord = emptyWatch(scope);
  readonly incidents: IncidentRecord[] = [];
  readonly said: string[] = [];
  #notes: { readonly dueAt: number; readonly note: DataOf<typeof drHoldDue> }[] = [];

  hear(status: HealthStatus, at: number, now = at): this {
    this.until(now);
    const news = { scope, status, previous: 'healthy' as const, evidence: ['shop/web: CloudUnreachable'], since: '' };
    const { watch, events } = decideHealth(this.record, news, at, { settings, now });
    this.record = watch;
    return this.#keep(events, now);
  }

  until(now: number): this {
    const due = this.#notes.filter(({ dueAt }) => dueAt <= now);
    this.#notes = this.#notes.filter(({ dueAt }) => dueAt > now);
    // Twice: redelivery changes nothing.
    for (const { note, dueAt } of [...due, ...due]) {
      const { watch, opened, closed } = decideHold(this.record, note, dueAt);
      this.record = watch;
      if (opened !== undefined) {
        this.incidents.push(opened);
        this.said.push('opened');
      }
      if (closed !== undefined) this.said.push('closed');
    }
    return this;
  }

  #keep(events: readonly Draft[], now: number): this {
    for (const { data, delayMs } of events)
      this.#notes.push({ dueAt: now + delayMs, note: data as DataOf<typeof drHoldDue> });
    return this;
  }
}

describe('a scope that goes down', () => {
  it('is held to be down, once, when it has been down for the hold-down', () => {
    const watch = new Watch().hear('unreachable', 1_000).until(15_999);
    expect(watch.said).toEqual([]);
    expect(watch.until(100_000).said).toEqual(['opened']);
    expect(watch.incidents).toMatchObject([{ incident: 'aws-eu-west-1-1000', status: 'open', downSince: 1_000 }]);
  });

  it('and comes back within the hold-down is left alone, however often it flaps', () => {
    const watch = new Watch();
    for (let round = 0; round < 10; round++)
      watch.hear('unreachable', round * 20_000).hear('healthy', round * 20_000 + 14_000);
    expect(watch.until(1_000_000).said).toEqual([]);
  });

  it('counts from when it first went down, whatever kind of down it is by then', () => {
    const watch = new Watch().hear('unhealthy', 1_000).hear('unreachable', 14_000).until(16_000);
    expect(watch.said).toEqual(['opened']);
  });

  it('is held to be well when it has been so for long enough, and the incident is over', () => {
    const watch = new Watch().hear('unreachable', 0).until(20_000).hear('healthy', 30_000).until(89_000);
    expect(watch.said).toHaveLength(1);
    expect(watch.until(90_000).said).toEqual(['opened', 'closed']);
    expect(watch.record.incident).toBeUndefined();
  });

  it('again while it waits to be held well stays so, and starts that wait anew', () => {
    const watch = new Watch().hear('unreachable', 0).until(20_000).hear('healthy', 30_000).hear('unreachable', 60_000);
    expect(watch.until(200_000).said).toHaveLength(1);
    expect(watch.hear('healthy', 200_000).until(259_000).said).toHaveLength(1);
    expect(watch.until(260_000).said).toHaveLength(2);
  });

  it('ends down or well the same way in whatever order the news arrives', () => {
    const news = fc.uniqueArray(
      fc.record({
        at: fc.integer({ min: 1, max: 10_000 }),
        status: fc.constantFrom<HealthStatus>('healthy', 'unhealthy', 'unreachable'),
      }),
      {
        minLength: 1,
        maxLength: 8,
        selector: ({ at }) => at,
      },
    );
    const orders = news.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    const end = (all: readonly { at: number; status: HealthStatus }[]): unknown => {
      const watch = new Watch();
      for (const { at, status } of [...all, ...all]) watch.hear(status, at, 10_000);
      const { record } = watch;
      return { down: isDown(record), status: record.status, excluded: watch.until(1_000_000).said };
    };
    const inTime = (all: readonly { at: number; status: HealthStatus }[]) => [...all].sort((a, b) => a.at - b.at);
    fc.assert(
      fc.property(orders, ([all, shuffled]) => {
        expect(end(shuffled)).toEqual(end(inTime(all)));
      }),
    );
  });
});
