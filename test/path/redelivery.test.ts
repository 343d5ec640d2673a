import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { parseDocuments } from '../../shared/domain/spec/index.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import type { LogEntry } from '../../shared/ports/event-log.ts';
import { createWorld, type Reader, type World } from '../simulation/world.ts';

/**
 * Promise 2 of the design, on the whole path: redelivery of any event changes nothing. The example runs to completion; then
 * everybody is told everything again, twice, backwards.
 */
const file = new URL('../../examples/shop.yaml', import.meta.url);
const [shop] = parseDocuments(readFileSync(file, 'utf8'), { file: 'shop.yaml' }).documents;

type History = (world: World) => Promise<unknown>;
const histories: Readonly<Record<string, History>> = {
  'deployed once': async () => {},
  'deployed, then scaled': async (world) => {
    const services = [{ name: 'checkout', replicas: 6 }];
    await world.submit(applicationScaled.draft({ application: 'shop', services }));
  },
  'deployed, then moved away from a region and allowed back': async (world) => {
    const [standing] = world.clouds.all();
    const scope = standing?.key.target.split('/').slice(0, 2).join('/') ?? '';
    await world.submit(targetExcluded.draft({ scope, reason: 'drill' }));
    await world.runUntil(world.now() + 300_000);
    await world.submit(targetReadmitted.draft({ scope, reason: 'over' }));
  },
};

async function afterwards(history: History, seed: number) {
  const calls: string[] = [];
  const note = (verb: string, of: { service: string; target: string; generation: number }): void =>
    void calls.push(`${verb} ${of.service} on ${of.target}, generation ${of.generation}`);
  const world = createWorld({
    seed,
    watch: { applied: (of) => note('apply', of), removing: (of) => note('remove', of), routed: () => {} },
  });
  if (shop === undefined) throw new Error('examples/shop.yaml is not valid');
  await world.submit(applicationSubmitted.draft({ application: 'shop', spec: shop.spec }));
  await rest(world);
  await history(world);
  await rest(world);
  const entries = await world.runtime.log.read({ limit: 100_000 });
  expect(await record(world, 'application/shop')).toMatchObject({ status: 'running' });
  return { world, calls, entries };
}

async function rest(world: World): Promise<void> {
  await world.runUntil(world.now() + 600_000);
  expect(world.runtime.nextDueAt()).toBeUndefined();
}

async function record(world: World, key: string): Promise<unknown> {
  return (await world.runtime.records.get(key))?.value;
}

async function snapshot(world: World, calls: readonly string[]) {
  const { items } = await world.runtime.records.list<Readonly<Record<string, unknown>>>('', { limit: 1000 });
  return {
    items,
    /**
     * Without versions: writing the same again counts as a change to the store, not to the state. Without a region's window of the
     * newest signs: ones that had dropped out of it are told again; what follows from it (status, base, since) must not move.
     */
    records: Object.fromEntries(items.map(({ key, value: { window: _window, ...value } }) => [key, value])),
    clouds: structuredClone(world.clouds.all()),
    splits: structuredClone([...world.splits]),
    calls: [...calls],
    dead: await world.runtime.deadLetters.list(),
    events: (await world.runtime.log.read({ limit: 100_000 })).length,
  };
}

/** Whom the bus would hand an event to. */
function isFor({ contract, cloud }: Reader, { event }: LogEntry): boolean {
  return event.type === contract.type && (cloud === undefined || event.cloud === cloud);
}

/**
 * A cloud forgets what was removed, and with it the generation that fenced off older commands: an apply that comes again only then
 * is carried out. What then stands is found by a survey: the last tests of this file say so.
 */
function isOfSomethingGone(world: World, { event }: LogEntry): boolean {
  if (event.type !== deploymentApply.type) return false;
  return !world.clouds.all().some(({ key }) => deploymentId(key) === event.subject);
}

describe.each(Object.entries(histories))('%s', (_, history) => {
  it('told everything again twice, backwards, every reader stays exactly where it was', async () => {
    const { world, calls, entries } = await afterwards(history, 1);
    const before = await snapshot(world, calls);
    let told = 0;
    const again = entries.filter((entry) => !isOfSomethingGone(world, entry));
    for (const entry of [...again, ...again].reverse()) {
      for (const reader of world.readers.filter((each) => isFor(each, entry))) {
        await reader.deliver(structuredClone(entry.event));
        told += 1;
      }
    }
    await rest(world);
    expect(told).toBeGreaterThan(2 * entries.length * 0.8);
    // To the version: nothing was even written.
    expect(await snapshot(world, calls)).toEqual(before);
  });

  it.each([1, 2])('with its marks cleared as well, every reader ends where it was (seed %i)', async (seed) => {
    const { world, calls, entries } = await afterwards(history, seed);
    const { items: _before, events: _events, ...before } = await snapshot(world, calls);
    expect(before.dead).toEqual([]);
    let told = 0;
    for (const reader of world.readers) {
      const again = entries.filter((each) => isFor(reader, each) && !isOfSomethingGone(world, each));
      for (const { sequence } of again.reverse()) {
        for (let time = 0; time < 2; time++) {
          told += await world.runtime.log.replay({ consumer: reader.consumer, after: sequence - 1, until: sequence });
          await world.runUntil(world.now());
        }
      }
    }
    await rest(world);
    expect(told).toBeGreaterThan(entries.length);
    const { items: _after, events: _now, ...after } = await snapshot(world, calls);
    expect(after).toEqual(before);
  });
});

/** The sweeps of that much time. */
async function sweep(world: World, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await world.submit(scheduleReconcile.draft({}));
    await world.runUntil(world.now() + 60_000);
  }
}

describe('an apply that comes again after its deployment was removed', () => {
  const stray = async (world: World, entries: readonly LogEntry[]): Promise<number> => {
    const late = entries.filter((entry) => isOfSomethingGone(world, entry));
    for (const entry of late) {
      for (const reader of world.readers.filter((each) => isFor(each, entry))) {
        await reader.deliver(structuredClone(entry.event));
      }
    }
    return late.length;
  };

  it.each([
    ['at once', 1],
    ['after it was forgotten', 26 * 60],
  ])('leaves nothing standing: %s', async (_, minutes) => {
    const { world, calls, entries } = await afterwards(
      histories['deployed, then moved away from a region and allowed back'] as History,
      1,
    );
    await sweep(world, minutes);
    const before = await snapshot(world, calls);
    expect(await stray(world, entries)).toBeGreaterThan(0);
    expect(world.clouds.all()).not.toEqual(before.clouds);
    await sweep(world, 12);
    await rest(world);
    expect(world.clouds.all()).toEqual(before.clouds);
  });

  it('leaves nothing standing of an application that is gone', async () => {
    const { world, entries } = await afterwards(async () => {}, 1);
    await world.submit(applicationWithdrawn.draft({ application: 'shop' }));
    await rest(world);
    expect(world.clouds.all()).toEqual([]);
    expect(await stray(world, entries)).toBeGreaterThan(0);
    expect(world.clouds.all()).not.toEqual([]);
    await sweep(world, 12);
    await rest(world);
    expect(world.clouds.all()).toEqual([]);
  });
});
