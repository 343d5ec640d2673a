import { expect, it } from 'vitest';
import { runSeeds } from './schedules.ts';

it('never has two active hubs and loses no accepted event, over 100 schedules of any fault', async () => {
  const { violations, late, total } = await runSeeds(1, 100, { clocks: 'within', faults: 'any' });
  expect(violations).toEqual([]);
  // With clocks within their bound, an old hub has stopped before a new one begins.
  expect(late).toEqual([]);
  // A simulation in which nothing happens finds nothing wrong.
  expect(total.accepted).toBeGreaterThan(5_000);
  expect(total.activations).toBeGreaterThan(200);
  expect(total.refused).toBeGreaterThan(100);
  expect(total.stranded).toBeGreaterThan(50);
}, 180_000);
