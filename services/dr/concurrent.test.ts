import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { A, B, decided, eventOf, health, placed, ready, shifted, standing, World } from './fixtures.ts';
import { handlers } from './index.ts';
import { defaultDrSettings } from './settings.ts';

/** Each event by a process of its own: all have read and decided before the first of them commits. */
async function atOnce(world: World, ...drafts: readonly Draft[]) {
  const clock = { now: () => world.now };
  const { records, documents, log } = createMemoryRuntime({ clock });
  for (const [key, value] of world.records)
    await records.commit({ writes: [{ key, expectedVersion: 0, value }], events: [] });
  let deciding = drafts.length;
  let runs = 0;
  const { promise: decidedAll, resolve } = Promise.withResolvers<void>();
  const process = (draft: Draft, index: number) => {
    const found = handlers(defaultDrSettings).find(({ contract }) => contract.type === draft.type);
    if (found === undefined) throw new Error(`nobody reads ${draft.type}`);
    const slow: typeof found = {
      ...found,
      handle: async (event, context) => {
        const outcome = await found.handle(event, context);
        runs += 1;
        if ((deciding -= 1) === 0) resolve();
        await decidedAll;
        return outcome;
      },
    };
    return processEvent(slow, eventOf(draft, `at-once-${index}`, world.now), { records, documents, clock });
  };
  await Promise.all(drafts.map(process));
  const checks = await log.read({ limit: 100, type: recoveryCheckDue.type });
  const marks = await records.list('recovering/');
  const open = await records.list('open-recovery/');
  return { runs, checks: checks.length, marks: marks.items.length, open: open.items.length };
}

describe('services whose recovery ends at once', () => {
  const names = ['cart', 'search', 'web'];
  let world: World;
  beforeEach(async () => {
    world = new World();
    await standing(world, ...names.map((name) => placed(name, { targets: [A] })));
    await world.deliver(health('unreachable', world.now - 3_000));
    await world.after(15_000);
    for (const [index, name] of names.entries()) {
      await world.deliver(decided(2 + index, placed(name, { targets: [B] })));
      await world.deliver(ready(name, B, 2 + index));
    }
  });
  const over = (name: string): Draft => shifted(name, 5, B);

  it('do not go by each other: one of the last two looks again, and has it seen whether the recovery is over', async () => {
    await world.deliver(over('search'));
    expect(await atOnce(world, over('web'), over('cart'))).toEqual({ runs: 3, checks: 1, marks: 0, open: 1 });
  });

  it('are all the last but those that are behind another, however many they are', async () => {
    const { checks, marks, runs } = await atOnce(world, ...names.map(over));
    expect({ checks, marks }).toEqual({ checks: 1, marks: 0 });
    expect(runs).toBeGreaterThan(names.length);
  });

  it('are not waited for by a recovery that they were taken over from, all of them in one step', async () => {
    const both = new World();
    await standing(both, ...names.map((name) => placed(name, { targets: [A] })));
    await both.deliver(health('unreachable', both.now - 3_000));
    await both.after(15_000);
    await both.deliver(decided(2, ...names.map((name) => placed(name, { targets: [B] }))));
    await both.deliver(health('unreachable', both.now, regionScope(B)));
    await both.after(15_000);
    expect(both.recoveries()).toMatchObject([
      { state: 'completed', result: { outcomes: { 'taken-over': names.length } } },
      { state: 'running' },
    ]);
  });

  it('do not end the recovery of one that is found only then', async () => {
    for (const name of names) await world.deliver(over(name));
    const check = world.said.findLast(({ type }) => type === recoveryCheckDue.type);
    if (check === undefined) throw new Error('the last of them has said nothing');
    const { marks, open } = await atOnce(world, check, decided(9, placed('late', { targets: [A] })));
    expect(marks).toBe(open);
  });

  it('keep apart where others are waited for', async () => {
    expect(await atOnce(world, over('cart'))).toEqual({ runs: 1, checks: 0, marks: 2, open: 1 });
  });
});
