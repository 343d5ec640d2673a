import type { ServiceRecord } from './record.ts';
import { fitness, fitOf } from './split.ts';

interface Around {
  readonly excluded: readonly string[];
  readonly failed: boolean;
}

/** The router follows what was commanded last; or nothing was ever commanded. */
export function isConfirmed({ commanded, confirmed }: ServiceRecord): boolean {
  return commanded === undefined || confirmed?.sequence === commanded.sequence;
}

/**
 * Every target of the current generation that serves (or stands by) is ready in that generation, and reachable where it is to be
 * reached. A takeover does not wait for a standby: it is for the next loss, and what serves now is not worse without it.
 */
export function allReady({ targets, generation, routed }: ServiceRecord, of?: 'standby'): boolean {
  return Object.values(targets).every(({ wanted, fact, replicas, role }) => {
    if (!wanted || role !== of) return true;
    if (fact?.kind !== 'ready' || fact.generation !== generation) return false;
    return !routed || replicas === 0 || fact.endpoint !== undefined;
  });
}

/** Lets the generation take over when it may: all at once, or step by step for a canary. */
export function cutOver(record: ServiceRecord, around: Around): ServiceRecord {
  if (record.cut) return record;
  if (record.removed) return { ...record, cut: true, pool: [], waiting: [] };
  if (around.failed && displaces(record)) return withoutCanary(record);
  if (!allReady(record)) return record;
  if (record.canary === undefined) return isCanary(record, around) ? { ...record, canary: { step: 0 } } : taken(record);
  return record.canary.held ? stepOn(record) : record;
}

/**
 * Something that serves would have to go. Then a failed generation keeps its hands off: what ran may be wanted again. Where nothing
 * would (a first deploy, or the same places), it may still come right, late.
 */
function displaces({ pool, targets }: ServiceRecord): boolean {
  return pool.some((target) => targets[target]?.wanted !== true);
}

/** The canary stood its time on `step`: on to the next, or wait until all is ready again. */
export function stepDue(
  record: ServiceRecord,
  note: { readonly generation: number; readonly step: number },
): ServiceRecord {
  const { canary } = record;
  if (record.generation !== note.generation || canary === undefined || canary.step !== note.step) return record;
  return allReady(record) ? stepOn(record) : { ...record, canary: { ...canary, held: true } };
}

function stepOn(record: ServiceRecord): ServiceRecord {
  const step = (record.canary?.step ?? 0) + 1;
  const percent = record.steps[step];
  return percent === undefined || percent >= 100 ? taken(record) : { ...record, canary: { step } };
}

function taken(record: ServiceRecord): ServiceRecord {
  const pool = Object.keys(record.targets).filter((target) => record.targets[target]?.wanted);
  const waiting = pool.filter((target) => record.targets[target]?.role === 'standby');
  return { ...withoutCanary(record), cut: true, pool: pool.sort(), waiting: waiting.sort() };
}

function withoutCanary({ canary: _canary, ...rest }: ServiceRecord): ServiceRecord {
  return rest;
}

/** Steps make sense only between places: old targets that serve, and new ones beside them. */
function isCanary(record: ServiceRecord, { excluded }: Around): boolean {
  const [first] = record.steps;
  if (first === undefined || first >= 100) return false;
  return record.pool.some((target) => {
    const state = record.targets[target];
    if (state === undefined || state.wanted || record.waiting?.includes(target)) return false;
    return fitOf(state, target, excluded) >= fitness.degraded;
  });
}
