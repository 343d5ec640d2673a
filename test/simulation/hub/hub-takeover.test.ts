import { expect, it } from 'vitest';
import { defaultLeaseSettings, patienceMs } from '../../../shared/domain/lease/index.ts';
import { runHubs } from './scenario.ts';
import { describeTakeovers, runSeeds } from './schedules.ts';
import { requestTimeoutMs } from './sites.ts';

it('takes over within the time that docs/adr/0013-hub-region-loss.md allows', async () => {
  const { violations, takeoversMs } = await runSeeds(1, 60, { clocks: 'within', faults: 'loss' });
  expect(violations).toEqual([]);
  expect(takeoversMs.length).toBe(60);
  const { everyMs, driftRate } = defaultLeaseSettings;
  const usual = patienceMs(defaultLeaseSettings) * (1 + driftRate) + everyMs * 1.1 + 2 * requestTimeoutMs;
  // The other cloud may fail to answer once, just then.
  expect(takeoversMs.at(-1)).toBeLessThan(60_000);
  expect(takeoversMs[takeoversMs.length >> 1]).toBeLessThan(usual);
  expect(takeoversMs[0]).toBeGreaterThan(defaultLeaseSettings.ttlMs - everyMs);
  process.stdout.write(`${describeTakeovers(takeoversMs)}\n`);
}, 180_000);

it('is deterministic: a seed gives the same run', async () => {
  const schedule = { clocks: 'beyond', faults: 'any' } as const;
  expect(await runHubs(63, schedule)).toEqual(await runHubs(63, schedule));
}, 60_000);
