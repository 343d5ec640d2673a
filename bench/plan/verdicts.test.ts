import { expect, it } from 'vitest';
import { verdicts } from './verdicts.ts';

const row = (name: string, median: number, runs = 15) => ({ name, median, p90: median, runs, ratio: median / 30 });

it.each([
  [299.4, 'met'],
  [300, 'not met'],
])('a plan in %s ms is %s', (median, verdict) => {
  expect(verdicts([row('node -e 0', 30), row('homeostasis plan shop.yaml', median)])).toMatchObject([{ verdict }]);
});

it('holds npx to nothing', () => {
  const rows = [row('homeostasis plan shop.yaml', 90), row('npx homeostasis plan shop.yaml', 900)];
  expect(verdicts(rows).map(({ verdict }) => verdict)).toEqual(['met']);
});

it.each([
  ['no command of ours', [row('node -e 0', 30)]],
  ['no run of it', [row('homeostasis plan shop.yaml', NaN, 0)]],
])('%s: not measured', (_, rows) => {
  expect(verdicts(rows)).toMatchObject([{ verdict: 'not measured', target: '300 ms' }]);
});
