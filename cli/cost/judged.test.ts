import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../stream.ts';
import { judgedSince } from './judged.ts';

const second = (n: number): number => Date.UTC(2026, 10, 21, 12, 0, n);

let sequence = 0;
const due = (at: number, data: object): LogEntry => ({
  sequence: ++sequence,
  consumers: 1,
  event: {
    ...{ specversion: '1.0', id: String(sequence), source: '/homeostasis/cost', correlationid: 'c' },
    ...{ type: 'dev.homeostasis.cost.sweep-due.v1', time: new Date(second(at)).toISOString(), data },
  } as LogEntry['event'],
});

describe('whether everything has been judged since', () => {
  it('not before the last step of a judging is due', () => {
    expect(judgedSince([due(0, { sweep: 'a' }), due(21, { sweep: 'a', after: 'report' })], second(0))).toBeUndefined();
  });

  it('by one that was pending as well: it takes up all that is there when it begins', () => {
    const entries = [due(0, { sweep: 'timer' }), due(21, { sweep: 'timer', after: 'tidy' })];
    expect(judgedSince(entries, second(10))).toMatchObject({ sweep: 'timer' });
  });

  it('not by one that had begun', () => {
    const entries = [due(0, { sweep: 'timer' }), due(30, { sweep: 'timer', after: 'tidy' })];
    expect(judgedSince(entries, second(25))).toBeUndefined();
    const again = [...entries, due(31, { sweep: 'mine' }), due(52, { sweep: 'mine', after: 'tidy' })];
    expect(judgedSince(again, second(25))).toMatchObject({ sweep: 'mine', until: sequence });
  });

  it('not by the look through a source', () => {
    expect(judgedSince([due(0, { sweep: 'a', source: 'bucket', after: 'tidy' })], second(0))).toBeUndefined();
  });
});
