import { describe, expect, it } from 'vitest';
import type { Lease } from '../../shared/ports/lease-store.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import type { Item } from './item.ts';
import type { History, Progress, Replacement, ResyncPorts } from './ports.ts';
import { resyncPage, type Resync } from './resync.ts';

const lease: Lease = { holder: 'b', epoch: 4, tenure: 4, from: 3, beat: 9, until: 0 };
const item = (sk: string): Item => ({
  pk: { S: 'monitor#a' },
  sk: { S: sk },
  kind: { S: 'record' },
  version: { N: '1' },
});

/** Two pages of each table; everything of ours is ours alone, everything of theirs is lacking here. */
function world(change: Partial<ResyncPorts> = {}) {
  let progress: Progress | undefined;
  let ours: History = { tenure: 3, epoch: 3, beat: 5 };
  const replaced: Replacement[] = [];
  const ports: ResyncPorts = {
    me: 'a',
    readLease: () => Promise.resolve(lease),
    readHistory: (of) => Promise.resolve(of === 'ours' ? ours : { tenure: 4, epoch: 4, beat: 9 }),
    adoptHistory: (next) => {
      ours = next;
      return Promise.resolve(true);
    },
    readPage: ({ pass, cursor }) =>
      Promise.resolve({
        pairs: [pass === 'theirs' ? { theirs: item(cursor === undefined ? '1' : '2') } : { ours: item('3') }],
        ...(cursor === undefined ? { next: { pk: 'monitor#a', sk: '1' } } : {}),
      }),
    replace: (_, replacement) => {
      replaced.push(replacement);
      return Promise.resolve('written');
    },
    readProgress: () => Promise.resolve(progress),
    writeProgress: (before, next) => {
      if (before !== progress) return Promise.resolve(false);
      progress = next;
      return Promise.resolve(true);
    },
    forgetProgress: () => {
      progress = undefined;
      return Promise.resolve();
    },
    copyOf: (outbox) => ({ ...outbox, kind: { S: 'copy' } }),
    logger: silentLogger,
    ...change,
  };
  const run = async (): Promise<readonly Resync[]> => {
    const steps: Resync[] = [];
    for (;;) {
      const step = await resyncPage(ports);
      steps.push(step);
      if (step.kind !== 'more') return steps;
    }
  };
  return { run, replaced, ports, progress: () => progress };
}

describe('bringing a table up', () => {
  it('goes through their table and then ours, page by page, and adopts the history at the end', async () => {
    const { run, replaced, progress } = world();
    const steps = await run();
    expect(steps.map(({ kind }) => kind)).toEqual(['more', 'more', 'more', 'more', 'whole']);
    expect(steps[3]).toMatchObject({ progress: { pass: 'ours', taken: 2, dropped: 1, aside: 1 } });
    expect(replaced.map(({ item: taken, aside }) => [taken?.['followed']?.BOOL, aside?.why])).toEqual([
      [true, undefined],
      [true, undefined],
      [undefined, 'absent there'],
      [undefined, 'absent there'],
    ]);
    expect(progress()).toBeUndefined();
    expect(await run()).toEqual([{ kind: 'whole' }]);
  });

  it.each([
    ['nobody is active', { readLease: () => Promise.resolve(undefined) }, 'idle'],
    ['it is active itself', { readLease: () => Promise.resolve({ ...lease, holder: 'a' }) }, 'idle'],
    [
      'the replica shows the tenure before',
      { readHistory: () => Promise.resolve({ tenure: 3, epoch: 3, beat: 9 }) },
      'wait',
    ],
    ['somebody else is at it', { writeProgress: () => Promise.resolve(false) }, 'wait'],
  ] as const)('does not begin while %s', async (_, change, kind) => {
    const { run, replaced } = world(change);
    expect((await run()).map((step) => step.kind)).toEqual([kind]);
    expect(replaced).toEqual([]);
  });

  it.each([
    ['stops at the first item when the lease has changed', 'over', 'idle', 1],
    ['leaves what the follower has written meanwhile', 'moved', 'whole', 4],
  ] as const)('%s', async (_, answer, kind, asked) => {
    let times = 0;
    const { run } = world({ replace: () => Promise.resolve(((times += 1), answer)) });
    expect((await run()).at(-1)).toMatchObject({ kind });
    expect(times).toBe(asked);
  });

  it('is not done while the replica shows less than there was when it began, nor when the lease has changed', async () => {
    const behind = world({
      readHistory: (of) => Promise.resolve({ tenure: of === 'ours' ? 3 : 4, epoch: 4, beat: 8 }),
    });
    expect((await behind.run()).at(-1)).toMatchObject({
      kind: 'wait',
      because: expect.stringContaining('beat 8') as string,
    });
    const changed = world({ adoptHistory: () => Promise.resolve(false) });
    expect((await changed.run()).at(-1)).toMatchObject({ kind: 'idle' });
  });
});
