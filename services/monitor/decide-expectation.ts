import type { ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { emptyDeployment, settle, type Decision, type ReportContext } from './decide-report.ts';
import { expectationOf } from './expectation.ts';
import type { DeploymentRecord, ServiceExpectation } from './record.ts';
import { fileExpectation } from './track.ts';

export interface ExpectationInput {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly decidedAt: number;
  /** Absent when the service is removed in this generation. */
  readonly placement?: ServicePlacement;
}

export interface ExpectationDecision {
  readonly known: ServiceExpectation;
  /** Deployments that change; empty when everything was expected already. */
  readonly changes: readonly Decision[];
}

export interface ExpectationContext extends ReportContext {
  /** Targets in regions that do not answer; of the others `region` is said. */
  readonly silent?: ReadonlySet<string>;
}

/**
 * Placement decided about one service: its listed targets are expected, every other one we know of is to go. A page that is older
 * than what we know still names targets that were commanded: those are to go too, or they would be orphans.
 */
export function decideExpectation(
  known: ServiceExpectation | undefined,
  standing: readonly DeploymentRecord[],
  input: ExpectationInput,
  context: ExpectationContext,
): ExpectationDecision {
  const newest = known !== undefined && known.generation >= input.generation ? known : asKnown(input);
  const records = new Map(standing.map((record) => [record.target, record]));
  const targets = new Set([...targetsOf(input.placement), ...targetsOf(newest.placement), ...records.keys()]);
  const changes = [...targets].sort().flatMap((target): Decision[] => {
    const before = records.get(target);
    const identity = { application: input.application, service: input.service, target };
    const { observeAt: _old, ...filed } = fileExpectation(
      before ?? emptyDeployment(identity),
      expectationOf(newest, target),
    );
    if (before?.expected?.generation === filed.expected?.generation) return [];
    const region = context.silent?.has(target) ? 'unreachable' : context.region;
    return [settle(filed, undefined, { ...context, region })];
  });
  return { known: newest, changes };
}

function asKnown({ application, service, generation, decidedAt, placement }: ExpectationInput): ServiceExpectation {
  return { application, service, generation, since: decidedAt, ...(placement === undefined ? {} : { placement }) };
}

const targetsOf = (placement: ServicePlacement | undefined): string[] =>
  placement?.targets.map(({ target }) => target) ?? [];
