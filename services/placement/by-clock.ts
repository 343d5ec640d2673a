import type { Draft } from '../../shared/contracts/contract.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import { nextChange } from '../../shared/domain/spec/schedule.ts';
import type { ApplicationRecord, ByHand } from './record.ts';

/**
 * The record with the next change of its replica counts by the clock, and the note that brings it about. One note at a time per
 * application; one that is not for the change on the record is void.
 */
export function withSchedule(
  { scheduled, ...record }: ApplicationRecord,
  { name, services }: NormalizedApplication,
  now: number,
): { readonly record: ApplicationRecord; readonly events: readonly Draft[] } {
  const changes = services.flatMap((service) => nextChange(service, now) ?? []);
  if (changes.length === 0) return { record, events: [] };
  const at = changes.reduce((a, b) => Math.min(a, b));
  const note = placementReviewDue.draft(
    { application: name, cause: 'scheduled', scheduleAt: at },
    { delayMs: Math.max(0, at - now) },
  );
  return { record: { ...record, scheduled: { at } }, events: scheduled?.at === at ? [] : [note] };
}

/** What still holds of counts that were set by hand. */
export function stillHeld(byHand: ByHand | undefined, now: number): { readonly byHand?: ByHand } {
  const held = Object.entries(byHand ?? {}).filter(([, { until }]) => until > now);
  return held.length === 0 ? {} : { byHand: Object.fromEntries(held) };
}
