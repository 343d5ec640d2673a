import { hash } from 'node:crypto';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import type { ApplicationRecord, Retry } from './record.ts';
import type { PlacementSettings } from './settings.ts';

type Pace = Pick<PlacementSettings, 'retryInitialMs' | 'retryMaximumMs'>;

/**
 * A person who asks for what fits nowhere is told, and asks again. What the control plane itself has to place again, because ground
 * or room was lost, it owes, and tries by the clock: nobody says when a region has room again.
 */
export function isOwed(cause: DecisionCause): boolean {
  return owed[cause];
}

const owed: Readonly<Record<DecisionCause, boolean>> = {
  'target-excluded': true,
  'target-readmitted': true,
  'target-failed': true,
  'rolled-back': true,
  scheduled: true,
  submitted: false,
  scaled: false,
  withdrawn: false,
  'failed-back': false,
  recommended: false,
};

/**
 * The record with its next try, and the note that brings it about. One chain per application: while a try is still to come, no
 * second one is begun, and a note that is not for the try on the record is void.
 */
export function withRetry(
  record: ApplicationRecord,
  cause: DecisionCause,
  pace: Pace,
  now: number,
): { readonly record: ApplicationRecord; readonly events: readonly Draft[] } {
  const { application, retry } = record;
  if (retry?.at !== undefined) return { record, events: [] };
  const count = (retry?.count ?? 0) + 1;
  const delayMs = delayOf(application, count, pace);
  const at = now + delayMs;
  const note = placementReviewDue.draft({ application, cause, retryAt: at }, { delayMs });
  return { record: { ...record, retry: { cause, count, at } }, events: [note] };
}

/** Whatever is configured: a try that ends in the same moment must not begin the next one there. */
const shortestMs = 500;

/** What is left of the chain while a try is under way: should it fail, the next one waits longer. */
export function underWay(retry: Retry | undefined): Retry | undefined {
  return retry === undefined ? undefined : { cause: retry.cause, count: retry.count };
}

/**
 * Twice as long each time, up to the maximum; a little less for some than for others, so that all that lost their place with one
 * region do not ask for room in one moment. Equal input, equal delay: a decision can be replayed.
 */
function delayOf(application: string, count: number, { retryInitialMs, retryMaximumMs }: Pace): number {
  const backoff = Math.min(retryInitialMs * 2 ** Math.min(count - 1, 30), retryMaximumMs);
  const fraction = parseInt(hash('sha256', `${application}\n${count}`, 'hex').slice(0, 8), 16) / 2 ** 32;
  return Math.max(shortestMs, Math.round(backoff * (1 - 0.2 * fraction)));
}
