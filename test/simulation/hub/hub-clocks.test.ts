import { expect, it } from 'vitest';
import { runSeeds } from './schedules.ts';
import { Table } from './table.ts';
import { derived, HubWatch } from './watch.ts';

it('needs no clock to be right: one history and no loss with clocks far beyond their bound, over 60 schedules', async () => {
  const { violations, late, total } = await runSeeds(30, 60, { clocks: 'beyond', faults: 'any' });
  expect(violations).toEqual([]);
  // The old hub's clock let it go on for a moment; what it committed then got into its own table and no further.
  expect(late).toContain(63);
  expect(total.stranded).toBeGreaterThan(50);
}, 180_000);

it('catches a fence that is missing', async () => {
  const { violations } = await runSeeds(1, 20, { clocks: 'within', faults: 'any', fence: 'off' });
  expect(violations).toContainEqual(expect.stringMatching(/epoch \d+ of [ab] entered a table of tenure \d+/));
}, 180_000);

it('catches two hubs in one epoch, an epoch that goes back, and what is lost', () => {
  const watch = new HubWatch();
  const lease = { holder: 'a', epoch: 2, tenure: 2, from: 0, beat: 2, until: 0 };
  watch.activated(lease, 0);
  watch.activated({ ...lease, holder: 'b' }, 1);
  watch.committed({ hub: 'b', epoch: 3, says: [] }, 2);
  watch.accepted.add('a1');
  const table = new Table();
  table.apply({ hub: 'a', epoch: 2, handled: 'a1', says: ['a1/next'] });
  watch.concluded(table, derived);
  watch.concluded(undefined, derived);
  expect(watch.violations).toEqual([
    'b became active in epoch 2 after a in 2',
    'b committed in epoch 3, which never began',
    'accepted, and a1/next never handled',
    'nobody is active in the end',
  ]);
});
