import type { DeploymentPhase, Report, ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { FoundMarks } from './tags.ts';

/** What a look at the cloud came to; identity and marks are added by `reportOf`. */
export interface Finding {
  readonly phase: DeploymentPhase;
  readonly reason: ReportReason;
  readonly message: string;
  readonly desired: number;
  readonly ready: number;
  readonly endpoint?: string | undefined;
  readonly drift?: readonly string[];
  readonly resources?: readonly (string | undefined)[];
}

/**
 * A report on what stands: under the generation found on the resource, so that a reader can tell an older one that still stands
 * from the one it asked for.
 */
export function reportOf(asked: DeploymentKey, marks: FoundMarks | undefined, finding: Finding): Report {
  const { application, service, target, generation } = asked;
  return {
    application,
    service,
    target,
    generation: marks?.generation ?? generation,
    phase: finding.phase,
    reason: finding.reason,
    message: finding.message.slice(0, 2000),
    replicas: { desired: finding.desired, ready: finding.ready },
    ...(marks?.specHash === undefined ? {} : { specHash: marks.specHash.slice(0, 64) }),
    ...details(finding),
  };
}

function details({ endpoint, drift = [], resources = [] }: Finding): Partial<Report> {
  const lines = drift.slice(0, 20).map((line) => line.slice(0, 500));
  const ids = resources.filter((id) => id !== undefined).slice(0, 20);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(lines.length === 0 ? {} : { drift: lines }),
    ...(ids.length === 0 ? {} : { resources: ids }),
  };
}

export function absent(asked: DeploymentKey): Report {
  const message = `nothing of ${asked.application}/${asked.service} stands on ${asked.target}`;
  return reportOf(asked, undefined, { phase: 'absent', reason: 'NotFound', message, desired: 0, ready: 0 });
}

export function removing(asked: DeploymentKey, marks: FoundMarks, resources: readonly (string | undefined)[]): Report {
  const message = `${asked.application}/${asked.service} is being removed from ${asked.target}`;
  return reportOf(asked, marks, { phase: 'removing', reason: 'Removing', message, desired: 0, ready: 0, resources });
}

export function stale(asked: DeploymentKey, marks: FoundMarks): Report {
  const message = `generation ${asked.generation} is older than ${marks.generation}, which stands on ${asked.target}: nothing was done`;
  const desired = marks.replicas ?? 0;
  const finding = { phase: 'stale', reason: 'StaleGeneration', message, desired, ready: 0 } as const;
  // It answers the command, so it is of the command's generation; what stands is told beside it.
  const report = reportOf(asked, undefined, finding);
  return marks.generation === undefined ? report : { ...report, standing: marks.generation };
}

/** Azure has taken the command; what comes of it is for `observe` to see. */
export function applied(asked: DeploymentKey, marks: FoundMarks, more: Pick<Finding, 'resources'>): Report {
  const message = `generation ${asked.generation} is being made on ${asked.target}`;
  const desired = marks.replicas ?? 0;
  return reportOf(asked, marks, { phase: 'progressing', reason: 'Applied', message, desired, ready: 0, ...more });
}
