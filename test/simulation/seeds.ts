import { expect } from 'vitest';
import { runSchedule } from './scenario.ts';

/** Runs a range of seeds; the first that breaks an invariant names itself, so that it can be run alone. */
export async function expectSound(from: number, count: number): Promise<void> {
  let steps = 0;
  for (let seed = from; seed < from + count; seed++) {
    const result = await runSchedule(seed);
    steps += result.steps;
    expect(result.violations, `seed ${seed}: npm run simulate -- --from ${seed} --count 1`).toEqual([]);
  }
  // A simulation in which nothing happens finds nothing wrong.
  expect(steps).toBeGreaterThan(count * 20);
}
