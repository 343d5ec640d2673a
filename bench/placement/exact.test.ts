import { expect, it } from 'vitest';
import { solve } from '../../shared/domain/solver/index.ts';
import { solveExactly } from './exact.ts';
import { instance } from './instance.ts';

const key = { services: 6, seed: 1, linked: true };
const accuracy = { relativeGap: 1e-4, timeLimit: 60 };

it('a proof that begins with our placement holds the same optimum, and takes it as a placement', async () => {
  const ours = solve(instance(key));
  const alone = await solveExactly(key, accuracy);
  const begun = await solveExactly(key, { ...accuracy, start: ours.picks });
  expect([alone.status, begun.status]).toEqual(['optimal', 'optimal']);
  expect(begun.bound).toBeLessThanOrEqual((alone.objective ?? 0) + 1e-6);
  expect(begun.bound).toBeCloseTo(alone.bound ?? 0, 2);
  expect(alone.objective).toBeLessThanOrEqual(ours.objective + 1e-6);

  // So wide a gap is closed at once: what HiGHS has then is what it was given, to the last digit of the model.
  const given = await solveExactly(key, { relativeGap: 0.9, timeLimit: 60, start: ours.picks });
  expect(given.objective).toBeLessThanOrEqual(ours.objective + 1e-6);
}, 120_000);

it('out of time before anything is proved: says so, without a bound', async () => {
  const none = await solveExactly(key, { relativeGap: 1e-4, timeLimit: 0 });
  expect(none).toMatchObject({ status: 'time limit' });
  expect(none).not.toHaveProperty('bound');
});
