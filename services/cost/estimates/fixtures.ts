import type { EstimateInterval } from './record.ts';

export const at = (iso: string): number => Date.parse(iso);
export const target = 'aws/eu-west-1/fargate';
export const dollars = 1e6;

export const interval = (from: string, to: string | undefined, expected: number): EstimateInterval => ({
  from: at(from),
  ...(to === undefined ? {} : { to: at(to) }),
  targets: { [target]: expected },
  low: expected,
  expected,
  high: expected * 2,
  traffic: 0,
});
