import type { Lease } from '../../shared/ports/lease-store.ts';
import { followed, type Item } from './item.ts';
import type { Progress, Replacement, ResyncPorts } from './ports.ts';
import { reconcile } from './reconcile.ts';

export type Resync =
  /** Our table holds the active hub's history. */
  | { readonly kind: 'whole' }
  /** There is nothing to bring it up from: this hub is the active one, or nobody is. */
  | { readonly kind: 'idle'; readonly because: string }
  /** The replica does not show yet what has to be in it. */
  | { readonly kind: 'wait'; readonly because: string }
  | { readonly kind: 'more'; readonly progress: Progress };

/**
 * One page of bringing our table up to the active hub's history. Its place is kept in our table, so that any run goes on where the last
 * one ended. The follower writes meanwhile, and what it writes is newer.
 * @throws what the ports throw: the page is done again.
 */
export async function resyncPage(ports: ResyncPorts): Promise<Resync> {
  const lease = await ports.readLease();
  if (lease === undefined || lease.holder === ports.me) return { kind: 'idle', because: 'no other hub is active' };
  const { tenure } = await ports.readHistory('ours');
  if (tenure === lease.tenure) return { kind: 'whole' };
  const before = await ports.readProgress();
  if (before?.tenure !== lease.tenure) return begin(lease, before, ports);
  const { pairs, next } = await ports.readPage(before);
  const done = await replaceAll(pairs, before, ports);
  if (done === undefined) return { kind: 'idle', because: 'the lease has changed' };
  if (next !== undefined) return goOn(before, { ...done, cursor: next }, ports);
  if (before.pass === 'theirs') return goOn(before, { ...withoutCursor(done), pass: 'ours' }, ports);
  return finish(before, done, ports);
}

/** Only once the replica shows that the tenure has begun: before, it would be brought up to the history before it. */
async function begin(lease: Lease, before: Progress | undefined, ports: ResyncPorts): Promise<Resync> {
  const theirs = await ports.readHistory('theirs');
  if (theirs.tenure !== lease.tenure) {
    const because = `the replica shows the history of tenure ${theirs.tenure}, not of ${lease.tenure} yet`;
    return { kind: 'wait', because };
  }
  const { tenure, beat } = lease;
  ports.logger.info('resync.begun', { tenure, from: lease.holder });
  return goOn(before, { tenure, beat, pass: 'theirs', taken: 0, dropped: 0, aside: 0 }, ports);
}

async function goOn(before: Progress | undefined, next: Progress, ports: ResyncPorts): Promise<Resync> {
  if (await ports.writeProgress(before, next)) return { kind: 'more', progress: next };
  return { kind: 'wait', because: 'another run goes on from the same page' };
}

/** What was written there before we began is here only when the replica shows something written after. */
async function finish(before: Progress, done: Progress, ports: ResyncPorts): Promise<Resync> {
  const theirs = await ports.readHistory('theirs');
  if (theirs.tenure !== before.tenure || theirs.beat < before.beat) {
    return {
      kind: 'wait',
      because: `the replica is behind: it shows beat ${theirs.beat}, and ${before.beat} has been`,
    };
  }
  if (!(await ports.adoptHistory(theirs))) return { kind: 'idle', because: 'the lease has changed' };
  await ports.forgetProgress();
  const { tenure, taken, dropped, aside } = done;
  ports.logger.warn('resync.done', { tenure, taken, dropped, aside });
  return { kind: 'whole' };
}

type Pair = { readonly theirs?: Item; readonly ours?: Item };

/** @returns nothing when the lease has changed. */
async function replaceAll(pairs: readonly Pair[], before: Progress, ports: ResyncPorts): Promise<Progress | undefined> {
  let { taken, dropped, aside } = before;
  for (const { theirs, ours } of pairs) {
    const replacement = replacementOf(theirs, ours, ports);
    if (replacement === undefined) continue;
    const written = await ports.replace(before.tenure, replacement);
    if (written === 'over') return undefined;
    if (written === 'moved') continue;
    if (replacement.item === undefined) dropped += 1;
    else taken += 1;
    if (replacement.aside !== undefined) aside += 1;
  }
  return { ...before, taken, dropped, aside };
}

function replacementOf(
  theirs: Item | undefined,
  ours: Item | undefined,
  { copyOf }: Pick<ResyncPorts, 'copyOf'>,
): Replacement | undefined {
  const decided = reconcile(theirs, ours);
  const standing = ours === undefined ? {} : { ours };
  switch (decided.kind) {
    case 'leave':
      return undefined;
    case 'take':
      return { ...standing, item: followed(theirs ?? {}), ...(decided.aside ? { aside: decided.aside } : {}) };
    case 'drop':
      return { ...standing, ...(decided.aside ? { aside: decided.aside } : {}) };
    case 'keep-as-copy':
      return { ...standing, copy: copyOf(ours ?? {}) };
  }
}

function withoutCursor({ cursor: _, ...progress }: Progress): Progress {
  return progress;
}
