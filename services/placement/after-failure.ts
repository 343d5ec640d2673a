import type { DataOf } from '../../shared/contracts/contract.ts';
import type { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { ApplicationRecord, Rejection, Revision } from './record.ts';
import { withRetry } from './retry.ts';
import type { PlacementSettings } from './settings.ts';

type Failure = DataOf<typeof rolloutFailed>;

export type AfterFailure = Elsewhere | Return | Rest;

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
  const attempts = record.attempts + 1;
  const avoid = {
    ...record.avoid,
    [failure.service]: { ...record.avoid[failure.service], [failure.target]: now + settings.avoidMs },
  };
  const rejection: Rejection = {
    kind: 'rollout-failed',
    cause: record.cause,
    reason: failure.reason,
    message: `${failure.service} on ${failure.target}: ${failure.message}`,
    at: now,
  };
  const { lastGood } = record;
  // The spec that runs well elsewhere is not at fault, whatever the reason given.
  const provenSpec = lastGood?.spec.sha256 === record.spec.sha256;
  // What ran is better than nothing. It returns to where it ran, whatever failed there since.
  const back: Return | undefined =
    lastGood === undefined || provenSpec ? undefined : { kind: 'return', to: lastGood, rejection, avoid: {}, attempts };
  const notTheSpec = provenSpec || targetsFault.has(failure.reason);
  if (notTheSpec && attempts < settings.maximumAttempts) {
    return { kind: 'elsewhere', avoid, attempts, ...(back === undefined ? {} : { otherwise: back }) };
  }
  if (back !== undefined) return back;
  const failed = { ...record, status: 'failed', rejection } as const;
  if (!notTheSpec) return { kind: 'rest', record: failed, events: [] };
  return { kind: 'rest', ...withRetry({ ...failed, avoid, reviewOwed: true }, 'target-failed', settings, now) };
}
