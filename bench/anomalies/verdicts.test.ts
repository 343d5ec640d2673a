import { expect, it } from 'vitest';
import { rowsOf, type Row } from './bench.ts';
import { verdicts } from './verdicts.ts';
import { worlds } from './worlds.ts';

const row = (more: Partial<Row>): Row => ({
  ...{ kind: 'sudden', detector: 'homeostasis', seed: 'held out', anomalies: 10, found: 9, falseAlarms: 1 },
  ...{ precision: 0.9, recall: 0.9, f1: 0.9, meanDelayDays: 0, missed: {}, wrong: {} },
  ...more,
});

it.each([
  ['enough of both', {}, ['met', 'met']],
  ['too many false alarms', { precision: 0.89 }, ['not met', 'met']],
  ['too many that were missed', { recall: 0.89 }, ['met', 'not met']],
])('%s, of each kind by itself', (_, more, expected) => {
  const all = verdicts([row({}), row({ kind: 'slow', ...more })]);
  expect(all.map(({ verdict }) => verdict)).toEqual(['met', 'met', ...expected]);
});

it('is held to the held-out series only, and to what held an anomaly', () => {
  const all = verdicts([row({ seed: 'tuning', precision: 0.1 }), row({ anomalies: 0 }), row({ detector: 'naive' })]);
  expect(all.map(({ verdict }) => verdict)).toEqual(['not measured', 'not measured']);
});

it('has leaks in it that are told, and no label on what only wanders or comes back', () => {
  const all = worlds(7, 3);
  const planted = (kind: string): string[] =>
    all
      .filter(({ name }) => name.startsWith(`${kind} `))
      .flatMap(({ anomalies }) => anomalies.map((each) => each.kind));
  expect(planted('leak')).toEqual(['slow', 'slow', 'slow']);
  expect([...planted('swings'), ...planted('holiday')]).toEqual([]);
  const own = rowsOf('any', 7, 1).find(({ detector, kind }) => detector === 'homeostasis' && kind === 'slow');
  expect(own?.found).toBeGreaterThan(0);
  expect(own?.falseAlarms).toBe(0);
});
