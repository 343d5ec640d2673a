import { deploymentReported } from '../../shared/contracts/deployment-reported.ts';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { contractOf } from '../../shared/contracts/index.ts';
import { metricsCollected } from '../../shared/contracts/metrics-collected.ts';
import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import { cloudOf } from '../../shared/contracts/values.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

/** What the deployers that live in other clouds say, under the name of their service. */
export const reports: ReadonlySet<string> = new Set([
  deploymentReported.type,
  targetSurveyed.type,
  metricsCollected.type,
]);

/** Where reports name places. */
interface Told {
  readonly target?: string;
  readonly scope?: string;
  readonly standing?: readonly { readonly target: string }[];
  readonly series?: readonly { readonly target: string }[];
}

/** Whether this is said by a deployer that may: in its own name, with the right to report. */
export function isReport({ type, source }: Envelope, { may, cloud }: Principal): boolean {
  return (
    reports.has(type) && may.includes('report') && cloud !== undefined && source === `/homeostasis/deployer-${cloud}`
  );
}

/**
 * A deployer speaks for its own cloud. An identity of one cloud that is stolen must not be able to say that another is gone.
 * @throws ProblemError 403, InvalidEvent
 */
export function readReport(
  event: Envelope,
  { name, cloud }: Principal,
): { readonly subject: string; readonly data: unknown } {
  const contract = contractOf.get(event.type);
  if (contract === undefined) throw new InvalidEvent('type', `is "${event.type}", which is no report`);
  const { data } = contract.parse(event);
  const { scope, target = scope ?? '', standing = [], series = [] } = data as Told;
  const targets = [target, ...[...standing, ...series].map((each) => each.target)];
  const foreign = targets.find((each) => cloudOf(each) !== cloud);
  if (foreign === undefined) return { subject: aboutIt(event, contract.draft(data).subject), data };
  throw new ProblemError(403, 'Forbidden', `${name} reports of ${cloud}; ${foreign} is in another cloud`);
}

/** @throws InvalidEvent when the subject is not what the data is about. */
export function aboutIt({ subject }: Envelope, found: string): string {
  if (subject === undefined || subject === found) return found;
  throw new InvalidEvent('subject', `is "${subject}", but the data is about "${found}" (or leave it out)`);
}
