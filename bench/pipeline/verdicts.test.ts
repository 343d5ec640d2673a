import { expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { verdicts } from './verdicts.ts';

const own: Row = { name: 'Homeostasis', eventsPerSecond: 48_676, ours: 1, note: '' };
const sqlite: Row = { name: 'SQLite alone', eventsPerSecond: 300_000, ours: 0.16, note: '' };
const nats = (ours: number): Row => ({ name: 'NATS JetStream', eventsPerSecond: 48_676 / ours, ours, note: '' });

it.each([
  [2.1, 'met'],
  [1, 'not met'],
  [0.9, 'not met'],
])('%s times NATS is %s, whatever SQLite alone does', (ours, verdict) => {
  const [only, ...others] = verdicts([own, sqlite, nats(ours)]);
  expect(only).toMatchObject({ verdict, figure: '48,676/s', ratio: `${ours.toFixed(2)}x NATS` });
  expect(others).toEqual([]);
});

it('is not measured without nats-server, and says how to get it', () => {
  const [only] = verdicts([own, sqlite, { name: 'NATS JetStream', note: 'nats-server missing' }]);
  expect(only?.verdict).toBe('not measured');
  expect(only?.figure).toContain('apt-get install nats-server');
});

it('is not measured without a figure of our own', () => {
  expect(verdicts([])).toMatchObject([{ verdict: 'not measured', figure: 'no figure' }]);
});
