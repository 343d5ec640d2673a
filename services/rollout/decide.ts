import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { deploymentRemove } from '../../shared/contracts/deployment-remove.ts';
import { rolloutServiceSettled } from '../../shared/contracts/rollout-service-settled.ts';
import { rolloutStepDue } from '../../shared/contracts/rollout-step-due.ts';
import { trafficShift } from '../../shared/contracts/traffic-shift.ts';
import { allReady, cutOver, isConfirmed } from './cutover.ts';
import { failureOf } from './decide-rollout.ts';
import { excludedScopes } from './exclusions.ts';
import type { RemovalReason, ServiceRecord, TargetState } from './record.ts';
import { removalsPerStep } from './settings.ts';
import { desiredRoutes, sameRoutes } from './split.ts';

export interface Surroundings {
  /** Scopes that must not be used. */
  readonly excluded: readonly string[];
  /** This generation's rollout has failed: it displaces nothing any more. */
  readonly failed: boolean;
  /** Whether what happened is an exclusion: names the reason of a shift. */
  readonly exclusion?: true;
}

export interface Decision {
  readonly record: ServiceRecord;
  readonly events: readonly Draft[];
}

/**
 * Everything that can be done now for one service, in the order that keeps it serving: take over when all new targets are ready,
 * move traffic, take away what has no traffic left once the router confirmed it, and say when it is done. Calling it again without
 * news does nothing.
 */
export function advance(before: ServiceRecord, surroundings: Surroundings): Decision {
  if (before.generation === 0) return { record: before, events: [] };
  const around = { ...surroundings, excluded: [...surroundings.excluded, ...excludedScopes(before.exclusions)] };
  const cut = cutOver(before, around);
  const shifted = shift(cut, before, around);
  const timed = timeStep(shifted.record);
  const retired = retire(timed.record);
  const settled = settle(retired.record);
  return {
    record: settled.record,
    events: [...shifted.events, ...timed.events, ...retired.events, ...settled.events],
  };
}

function shift(record: ServiceRecord, before: ServiceRecord, around: Surroundings): Decision {
  const routes = desiredRoutes(record, around.excluded);
  if (sameRoutes(routes, record.commanded?.routes ?? [])) return { record, events: [] };
  const { application, service, generation } = record;
  const sequence = record.sequence + 1;
  const reason = reasonOf(record, before, around);
  return {
    record: { ...record, sequence, commanded: { sequence, routes } },
    events: [trafficShift.draft({ application, service, generation, sequence, routes, reason })],
  };
}

function reasonOf(
  record: ServiceRecord,
  before: ServiceRecord,
  around: Surroundings,
): DataOf<typeof trafficShift>['reason'] {
  if (record.removed) return 'Removed';
  if (around.exclusion) return 'TargetExcluded';
  if (record.canary !== undefined) return 'Canary';
  return record.cut && !before.settled ? 'Rollout' : 'Degraded';
}

/** A canary's step counts from when the router confirmed it. */
function timeStep(record: ServiceRecord): Decision {
  const { canary, application, service, generation } = record;
  if (canary === undefined || canary.timed === canary.step || !isConfirmed(record)) return { record, events: [] };
  const note = rolloutStepDue.draft(
    { application, service, generation, step: canary.step },
    { delayMs: record.stepSeconds * 1000 },
  );
  return { record: { ...record, canary: { ...canary, timed: canary.step } }, events: [note] };
}

function retire(record: ServiceRecord): Decision {
  if (!record.cut || !isConfirmed(record)) return { record, events: [] };
  const routed = new Set(record.commanded?.routes.map(({ target }) => target));
  const due = Object.entries(record.targets)
    .filter(([target, state]) => isToGo(state) && state.removal === undefined && !routed.has(target))
    .slice(0, removalsPerStep);
  const targets = due.map(([target, state]): [string, TargetState] => [
    target,
    { ...state, removal: { generation: record.generation, reason: removalReason(record, state) } },
  ]);
  const next = { ...record, targets: { ...record.targets, ...Object.fromEntries(targets) } };
  return { record: next, events: targets.map(([target]) => removalOf(next, target)) };
}

/** Stands, and no generation wants it. Only heard of ahead of its placement, it may yet be wanted. */
export function isToGo({ wanted, fact, early }: TargetState): boolean {
  return !wanted && fact?.kind !== 'removed' && (fact !== undefined || early === undefined);
}

function removalReason(record: ServiceRecord, { orphan }: TargetState): RemovalReason {
  if (record.removed) return record.cause === 'withdrawn' ? 'Withdrawn' : 'ServiceRemoved';
  return orphan ? 'Orphaned' : 'Retired';
}

/** The command carries the newest generation: what a still newer one has put there is left alone by the deployer. */
export function removalOf({ application, service, generation, targets }: ServiceRecord, target: string): Draft {
  const reason = targets[target]?.removal?.reason ?? 'Retired';
  return deploymentRemove.draft({ application, service, target, generation, reason });
}

/** It serves as it should, and what stands by for it is there. */
function isWhole(record: ServiceRecord): boolean {
  return failureOf(record) === undefined && (record.removed || allReady(record, 'standby'));
}

/**
 * Done: ready and not failed since, traffic confirmed, removals commanded. A silent cloud does not hold that up, except for a
 * withdrawn application, which is gone only when all of it is.
 */
function settle(record: ServiceRecord): Decision {
  if (record.settled || !record.cut || !isConfirmed(record) || !isWhole(record)) return { record, events: [] };
  const left = Object.values(record.targets).filter(isToGo);
  const gone = record.removed && record.cause === 'withdrawn';
  if (left.some(({ removal }) => gone || removal === undefined)) return { record, events: [] };
  const { application, service, generation, page } = record;
  return {
    record: { ...record, settled: true },
    events: [rolloutServiceSettled.draft({ application, generation, page, service })],
  };
}
