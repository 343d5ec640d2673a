import { paint, print } from './output.ts';
import { printCandidates, printRejected, type Candidate, type RejectedGroup } from './show-plan.ts';

/** The last change that is not what runs, as placement tells it. */
export interface Rejection {
  readonly kind: 'refused' | 'rollout-failed';
  readonly cause: string;
  readonly reason: string;
  readonly message: string;
}

/** With the services that have no place; none where it was for another reason. */
export interface ExplainedRejection extends Rejection {
  /** When it is tried again, milliseconds since the epoch. */
  readonly retryAt?: number;
  readonly services?: readonly {
    readonly service: string;
    readonly message: string;
    readonly eligible: readonly Candidate[];
    readonly rejected: readonly RejectedGroup[];
  }[];
}

/** What it was, in one line: refused before anything was done, or tried and given up. */
export function rejectionLine({ kind, cause, message }: Rejection): string {
  if (kind === 'rollout-failed') return `last rollout failed: ${message}`;
  if (cause === 'target-failed') return `last rollout failed, and there is no other place: ${message}`;
  if (cause === 'target-excluded') return `could not leave what was excluded: ${message}`;
  return `last change refused: ${message}`;
}

export function retryLine(at: number): string {
  return `tried again by itself at ${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function printRejection({ services = [], retryAt, ...rejection }: ExplainedRejection): void {
  print(paint('yellow', rejectionLine(rejection)));
  if (retryAt !== undefined) print(paint('yellow', retryLine(retryAt)));
  for (const { service, message, eligible, rejected } of services) {
    print(`\n${paint('bold', service)}: ${message}`);
    if (eligible.length > 0) printCandidates(eligible, new Map());
    printRejected(rejected);
  }
}
