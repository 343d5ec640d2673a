import {
  compareLeases,
  confirmed,
  leasesIn,
  newestOf,
  patienceMs,
  type Lease,
  type LeaseSettings,
  type Reading,
  type Readings,
  type RegisterName,
} from './lease.ts';

/** What a hub has seen of the other one, by its own clock. */
export interface Watched {
  /** The newest lease that is not ours. */
  readonly foreign?: Lease;
  /** Since when it has stood still; without one, since when we have looked. */
  readonly since: number;
}

export interface LeaseQuestion {
  readonly me: string;
  /** Takes over a hub that never ran; the other one waits first. Both are safe, one is quicker. */
  readonly preferred: boolean;
  /** Tenure whose history our table holds; 0 when it holds none. A hub with another history than the last active one's takes nothing over. */
  readonly history: number;
  readonly watched: Watched;
  readonly readings: Readings;
  /** Milliseconds of our own clock. */
  readonly now: number;
  readonly settings: LeaseSettings;
}

export type LeaseDecision =
  /** `others` first, our own register last, and only when one of them took it, and every one of `needed`. */
  | {
      readonly kind: 'renew' | 'claim';
      readonly lease: Lease;
      readonly others: readonly RegisterName[];
      readonly needed: readonly RegisterName[];
    }
  | { readonly kind: 'stand-by'; readonly because: string; readonly waitMs?: number };

/**
 * Keeps the newest lease of the other hub, and since when it has not changed. One that we gave up ourselves counts as the other
 * hub's: it was given up for that one, which needs time to take it.
 */
export function watch(before: Watched | undefined, me: string, readings: Readings, now: number): Watched {
  const foreign = newestOf(leasesIn(readings).filter(({ holder, released }) => holder !== me || released === true));
  if (before === undefined) return foreign === undefined ? { since: now } : { foreign, since: now };
  if (foreign === undefined) return before;
  const same = before.foreign !== undefined && compareLeases(before.foreign, foreign) >= 0;
  return same ? before : { foreign, since: now };
}

/**
 * Renew, take over or wait. A hub is active while its own register and at least one other say so: two hubs cannot both be, in one
 * epoch, because both would need the same register. The own register is always written last, so that it never says more than a
 * majority does, and so that what is conditional on it (every commit) is too.
 */
export function decideLease(question: LeaseQuestion): LeaseDecision {
  const { readings } = question;
  const others = (['witness', 'peer'] as const).filter((name) => readings[name].kind !== 'unreachable');
  if (readings.own.kind === 'unreachable') return standBy('the register of our own region does not answer');
  if (others.length === 0) return standBy('no other register answers: we may be the ones cut off');
  const wait = waitFor(question);
  return (
    renewal(question, wait) ?? (wait > 0 ? standBy('the other hub holds the lease', wait) : takeOver(question, others))
  );
}

const standBy = (because: string, waitMs?: number): LeaseDecision => ({
  kind: 'stand-by',
  because,
  ...(waitMs === undefined ? {} : { waitMs }),
});

/** Nothing when we do not hold the lease, or a claim of the other hub that came to nothing has to be overruled first. */
function renewal({ me, readings, now, settings }: LeaseQuestion, wait: number): LeaseDecision | undefined {
  const held = heldBy(me, readings);
  if (held === undefined) return undefined;
  const others = (['witness', 'peer'] as const).filter((name) => follows(readings[name], held));
  if (others.length === 0) return undefined;
  if (wait === 0 && newestOf(leasesIn(readings))?.holder !== me) return undefined;
  return { kind: 'renew', lease: { ...held, beat: held.beat + 1, until: now + settings.ttlMs }, others, needed: [] };
}

/** A register that can follow the lease: it has it already, or something that our own register has since been written over. */
function follows(reading: Reading, held: Lease): boolean {
  if (reading.kind === 'vacant') return true;
  if (reading.kind === 'unreachable') return false;
  const { epoch, holder } = reading.lease;
  return epoch < held.epoch || (epoch === held.epoch && holder === held.holder);
}

function heldBy(me: string, { own }: Readings): Lease | undefined {
  return own.kind === 'lease' && own.lease.holder === me && own.lease.released !== true ? own.lease : undefined;
}

function takeOver(question: LeaseQuestion, others: readonly RegisterName[]): LeaseDecision {
  const { me, readings, watched, history, now, settings } = question;
  const { foreign } = watched;
  const follows = foreign === undefined || foreign.tenure === history;
  if (!follows && !neverBegan(foreign, question)) {
    return standBy(
      `our table holds the history of tenure ${history}, not of ${foreign.tenure}: it has to be brought up first`,
    );
  }
  const epoch = Math.max(0, foreign?.epoch ?? 0, ...leasesIn(readings).map((lease) => lease.epoch)) + 1;
  const held = heldBy(me, readings);
  // The other hub closes its table with its own register: while that one is ours, it has taken everything in.
  const unbroken = held !== undefined && readings.peer.kind === 'lease' && readings.peer.lease.holder === me;
  const kept = unbroken
    ? { tenure: held.tenure, from: held.from, beat: held.beat + 1 }
    : { tenure: epoch, from: history, beat: 1 };
  const lease = { holder: me, epoch, ...kept, until: now + settings.ttlMs };
  // What was seen of the claim must still be so when ours is written.
  return { kind: 'claim', lease, others, needed: follows ? [] : ['witness'] };
}

/**
 * Whether the other hub claimed the lease and got no further. To commit it needs a second beat in its own register, which it writes
 * only behind one in the witness or in ours: where neither has it, there was none. And it claimed upon the history that we hold.
 */
function neverBegan(claim: Lease, { me, history, readings }: LeaseQuestion): boolean {
  if (claim.holder === me || claim.from !== history || readings.witness.kind === 'unreachable') return false;
  const began = ({ holder, tenure, beat }: Lease): boolean =>
    holder === claim.holder && tenure === claim.tenure && beat >= confirmed;
  return ![claim, ...leasesIn(readings)].some(began);
}

/** How long the other hub's lease still has to be waited for; 0 when it is over, given up for us, or never was. */
function waitFor({ me, preferred, watched, now, settings }: LeaseQuestion): number {
  const { foreign, since } = watched;
  if (foreign === undefined ? preferred : foreign.released === true && foreign.holder !== me) return 0;
  return Math.max(0, since + patienceMs(settings) - now);
}
