import type { DataOf } from '../../shared/contracts/contract.ts';
import type { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { ApplicationRecord, Rejection, Revision } from './record.ts';
import { withRetry } from './retry.ts';
import type { PlacementSettings } from './settings.ts';

type Failure = DataOf<typeof rolloutFailed>;

export type AfterFailure = Elsewhere | Return | TakeOver | Rest;

/** The spec is fine, the target was not: place it again without that target. */
interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly avoid: ApplicationRecord['avoid'];
  readonly attempts: number;
  /** When no other place fits it; absent: it rests as failed. */
  readonly otherwise?: Return;
}

/** The new spec is at fault, or fits nowhere: go back to the one that ran. */
export interface Return {
  readonly kind: 'return';
  readonly to: Revision;
  /** What it goes back from. */
  readonly rejection: Rejection;
  readonly avoid: ApplicationRecord['avoid'];
  readonly attempts: number;
}

/**
 * The cloud knows a newer generation than we do: our records were lost or are an old backup. The same again, above what stands,
 * so that it is taken over in its place.
 */
interface TakeOver {
  readonly kind: 'take-over';
  readonly above: number;
  readonly avoid: ApplicationRecord['avoid'];
  readonly attempts: number;
  /** Where it does not fit any more: it rests as failed. */
  readonly failed: ApplicationRecord;
}

/** Nothing sensible is left to try; people are told by the status. */
interface Rest {
  readonly kind: 'rest';
  readonly record: ApplicationRecord;
  /** The note to try again, where it was not the spec's fault. */
  readonly events: readonly Draft[];
}

/** The cloud had no room, or no ground: another place may serve. */
const targetsFault = new Set(['CapacityExhausted', 'NotFound', 'CloudUnreachable', 'Unauthorized', 'Throttled']);

/** What to do when a generation did not become ready. Bounded by attempts, so that it always comes to rest. */
export function afterFailure(
  record: ApplicationRecord,
  failure: Failure,
  settings: PlacementSettings,
  now: number,
): AfterFailure {
  const rejection: Rejection = {
    kind: 'rollout-failed',
    cause: record.cause,
    reason: failure.reason,
    message: `${failure.service} on ${failure.target}: ${failure.message}`,
    at: now,
  };
  const failed = { ...record, status: 'failed', rejection } as const;
  const above = failure.standing ?? 0;
  return above > record.generation ? takeOver(failed, above, settings) : otherPlace(failed, failure, settings, now);
}

type Failed = ApplicationRecord & { readonly rejection: Rejection };

function otherPlace(failed: Failed, failure: Failure, settings: PlacementSettings, now: number): AfterFailure {
  const { lastGood, rejection } = failed;
  const attempts = failed.attempts + 1;
  const avoid = {
    ...failed.avoid,
    [failure.service]: { ...failed.avoid[failure.service], [failure.target]: now + settings.avoidMs },
  };
  // The spec that runs well elsewhere is not at fault, whatever the reason given.
  const provenSpec = lastGood?.spec.sha256 === failed.spec.sha256;
  // What ran is better than nothing. It returns to where it ran, whatever failed there since.
  const back: Return | undefined =
    lastGood === undefined || provenSpec ? undefined : { kind: 'return', to: lastGood, rejection, avoid: {}, attempts };
  const notTheSpec = provenSpec || targetsFault.has(failure.reason);
  if (notTheSpec && attempts < settings.maximumAttempts) {
    return { kind: 'elsewhere', avoid, attempts, ...(back === undefined ? {} : { otherwise: back }) };
  }
  if (back !== undefined) return back;
  if (!notTheSpec) return { kind: 'rest', record: failed, events: [] };
  return { kind: 'rest', ...withRetry({ ...failed, avoid, reviewOwed: true }, 'target-failed', settings, now) };
}

/** Each service may stand at another generation. Beyond that somebody else decides about it too, and one of us has to give in. */
function takeOver(failed: Failed, above: number, { maximumAttempts }: PlacementSettings): AfterFailure {
  const attempts = failed.attempts + 1;
  if (attempts > maximumAttempts + failed.services) return { kind: 'rest', record: failed, events: [] };
  return { kind: 'take-over', above, avoid: failed.avoid, attempts, failed };
}
