import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { alertReceived } from '../../shared/contracts/alert-received.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { DrillRecord } from './drill-record.ts';
import { A, B, decided, eventOf, health, lost, placed, ready, shifted, standing, World } from './fixtures.ts';
import { handlers } from './index.ts';
import { groundKey, recoveryKey } from './keys.ts';
import type { GroundRecord, RecoveryRecord } from './record.ts';
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
  const count = async (prefix: string) => (await records.list(prefix)).items.length;
  const [marks, open] = [await count('recovering/'), await count('open-recovery/')];
  return { runs, checks: checks.length, marks, open, records };
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
    expect(await atOnce(world, over('web'), over('cart'))).toMatchObject({ runs: 3, checks: 1, marks: 0, open: 1 });
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
    expect(await atOnce(world, over('cart'))).toMatchObject({ runs: 1, checks: 0, marks: 2, open: 1 });
  });
});

describe('of alerts about the same region', () => {
  const say = (alert: string, status: 'firing' | 'resolved', startsAt: number, at: number): Draft =>
    alertReceived.draft({
      ...{ alert, hook: 'hook', dialect: 'alertmanager', status, severity: 'critical', title: alert, description: '' },
      ...{ labels: {}, scope: lost, startsAt: toTime(startsAt) },
      ...(status === 'resolved' ? { endsAt: toTime(at) } : {}),
    });
  let world: World;
  let began: number;
  beforeEach(async () => {
    world = new World();
    await standing(world, placed('web', { targets: [A] }));
    began = world.now;
    await world.deliver(say('first', 'firing', began, began));
  });
  const groundIn = async ({ records }: Awaited<ReturnType<typeof atOnce>>): Promise<GroundRecord | undefined> =>
    (await records.get<GroundRecord>(groundKey({ scope: lost })))?.value;

  it('one that begins to fire as the last other ends is not called off with that', async () => {
    const after = await atOnce(
      world,
      say('first', 'resolved', began, world.now),
      say('second', 'firing', world.now, world.now),
    );
    const ground = await groundIn(after);
    const recovery = await after.records.get<RecoveryRecord>(recoveryKey(ground?.recovery ?? ''));
    expect(recovery?.value.state).toBe('waiting');
  });

  it('one that begins to fire as the ground is let go of keeps it, or loses it anew', async () => {
    await world.after(20_000);
    await world.deliver(say('first', 'resolved', began, world.now));
    const since = world.now;
    const note = world.said.findLast(({ type }) => type === drHoldDue.type);
    world.now += 60_000;
    expect(note?.data).toMatchObject({ expects: 'resolved', since });
    if (note === undefined) return;
    const ground = await groundIn(await atOnce(world, note, say('second', 'firing', world.now, world.now)));
    expect(ground?.held ?? ground?.recovery).toBeDefined();
    expect(ground?.incident).toBeDefined();
  });
});

it('of drills that are asked for at once one begins', async () => {
  const world = new World();
  await standing(world, placed('web', { targets: [A] }));
  const ask = (drill: string): Draft => drillRequested.draft({ drill, scope: lost, kind: 'shadow', reason: 'weekly' });
  const { records } = await atOnce(world, ask('one'), ask('two'));
  expect((await records.list('drilling/')).items).toHaveLength(1);
  const states = (await records.list<DrillRecord>('drill/')).items.map(({ value }) => value.state);
  expect(states.sort()).toEqual(['completed', 'planning']);
});
