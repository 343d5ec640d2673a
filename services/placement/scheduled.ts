import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { atClock } from './at-clock.ts';
import { withSchedule } from './by-clock.ts';
import { serving } from './estimate.ts';
import { place } from './place.ts';
import { applicationKey, type ApplicationRecord, type PlacementRecord } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import type { PlacementState } from './state.ts';

/**
 * The time of a change of replica counts has come: where other counts are wanted than stand, that is a new generation like any other.
 * The next change is noted in either case.
 */
export async function onTheClock(
  request: Envelope,
  record: ApplicationRecord,
  before: PlacementState,
  { settings, context }: { readonly settings: PlacementSettings; readonly context: HandlerContext },
): Promise<Outcome> {
  const { scheduled: _due, ...rest } = record;
  const key = applicationKey(record.application);
  const { spec, avoid } = record;
  const read = readSpec(await context.documents.get<ApplicationSpec>(spec), record.application, settings);
  // The configuration does not accept the spec any more: nothing is due until another one comes.
  if ('problem' in read) return { writes: [{ key, value: rest }] };
  const { application } = read;
  const next = withSchedule(rest, application, context.now);
  const wanted = atClock(application, context.now, record.byHand);
  if (!differs(wanted, before.current)) return { writes: [{ key, value: next.record }], events: next.events };
  const state = { ...before, application: next.record };
  const wish = { application, spec, cause: 'scheduled', avoid, attempts: 0, request } as const;
  const outcome = await place(wish, state, settings, context);
  return { ...outcome, events: [...(outcome.events ?? []), ...next.events] };
}

/** A service with a schedule stands with another number of replicas than is wanted now. */
function differs({ services }: NormalizedApplication, current: ReadonlyMap<string, PlacementRecord>): boolean {
  return services.some(({ name, schedule, replicas }) => {
    const targets = serving(current.get(name)?.targets ?? []);
    const standing = targets.reduce((sum, each) => sum + each.replicas, 0);
    // At least one on each target, as they are split.
    const wanted = replicas === 0 ? 0 : Math.max(replicas, targets.length);
    return schedule !== undefined && standing !== wanted;
  });
}
