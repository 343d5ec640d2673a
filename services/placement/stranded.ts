import type { Offering } from '../../shared/catalogue/types.ts';
import type { Infeasible, ServiceDecision } from './decision.ts';
import { costOf } from './estimate.ts';
import type { DecideInput } from './input.ts';
import type { PlacementRecord } from './record.ts';

export interface Stranded {
  readonly why: Infeasible;
  readonly decision: ServiceDecision;
}

/**
 * Where ground is lost, a service without any place left does not keep the others from theirs: it stays what it is, and is owed a
 * place. Undefined where that is no way out: for what a person asks for, all of it is right or nothing is changed.
 */
export function stranded(
  input: DecideInput,
  infeasible: readonly Infeasible[],
  offerings: ReadonlyMap<string, Offering>,
): ReadonlyMap<string, Stranded> | undefined {
  if (infeasible.length === 0) return new Map();
  if (input.cause !== 'target-excluded' || infeasible.length === input.application.services.length) return undefined;
  const found = new Map<string, Stranded>();
  for (const why of infeasible) {
    const current = input.current.get(why.service);
    // Never placed: there is nothing to stay as.
    if (current === undefined) return undefined;
    found.set(why.service, { why, decision: unchanged(input, current, { why, offerings }) });
  }
  return found;
}

function unchanged(
  { application }: DecideInput,
  current: PlacementRecord,
  { why, offerings }: { readonly why: Infeasible; readonly offerings: ReadonlyMap<string, Offering> },
): ServiceDecision {
  const { service, tier, specHash, workload, targets, movedAt, recovery, profile } = current;
  const spec = application.services.find(({ name }) => name === service);
  const { progressDeadlineSeconds = 600, type, steps = [], stepSeconds = 0 } = spec?.strategy ?? {};
  return {
    service,
    tier,
    routed: workload.ports.length > 0,
    specHash,
    targets: targets.map(({ target, replicas, role }) => ({ target, replicas, ...(role && { role }) })),
    ...(recovery === undefined ? {} : { recovery }),
    progressDeadlineSeconds,
    ...(type === 'canary' ? { steps: [...steps], stepSeconds } : {}),
    workload,
    placed: targets,
    changed: false,
    movedAt,
    note: `no place is left for it, it stays where it was: ${why.message}`,
    eligible: why.eligible,
    rejected: why.rejected,
    cost: costOf(spec, targets, offerings),
    ...(profile === undefined ? {} : { profile }),
  };
}
