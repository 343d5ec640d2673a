import type { Severity } from '../../../shared/contracts/alert-received.ts';
import { ProblemError } from '../problem.ts';
import type { Labels } from './fields.ts';

/** A request as a dialect reads it. */
export interface Delivery {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch ms. */
  readonly now: number;
}

/** An alert in the house's words, before it is told what it is about. */
export interface ParsedAlert {
  /** The dialect's own key: the same alert, firing and resolved. */
  readonly key: string;
  readonly status: 'firing' | 'resolved';
  readonly title: string;
  readonly description: string;
  readonly labels: Labels;
  /** As the dialect's own field says it, where it has one. */
  readonly severity?: string;
  /** It says no more than this, whatever its labels say: missing data is not a failure. */
  readonly atMost?: Severity;
  readonly startsAt?: string;
  /** What tells one firing from the next where no start is said: the sender's id of it. */
  readonly occurrence?: string;
  readonly endsAt?: string;
  readonly url?: string;
  /** Where what is watched stands. It says whose alert it is, not that the place is broken. */
  readonly origin?: { readonly cloud: 'aws' | 'azure' | 'gcp'; readonly region?: string };
  /** Names of cloud resources, as our deployers may have given them. */
  readonly resources?: readonly string[];
  readonly test?: true;
  readonly notes?: readonly string[];
}

export interface ParsedBody {
  readonly alerts: readonly ParsedAlert[];
  /** What was in it and is no alert, with the reason: shown to the sender and in the log. */
  readonly skipped: readonly string[];
}

export type Parse = (delivery: Delivery) => ParsedBody;

/** The body is none of this dialect. Terminal: the sender has to be set up otherwise. */
export function unreadable(detail: string): ProblemError {
  return new ProblemError(422, 'Unknown payload', detail);
}
