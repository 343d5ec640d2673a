import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { place } from './place.ts';
import { isRefused } from './reject.ts';
import { applicationKey, type ApplicationRecord } from './record.ts';
import { underWay, withRetry } from './retry.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import type { PlacementState } from './state.ts';

interface Around {
  readonly settings: PlacementSettings;
  readonly context: HandlerContext;
}

/**
 * The time of a try has come. First without the targets that failed lately; where that leaves none, with them: one that had no room
 * a minute ago may have some now, and waiting out `avoidMs` would help nobody.
 */
export async function tryAgain(
  request: Envelope,
  { retry, ...rest }: ApplicationRecord,
  before: PlacementState,
  { settings, context }: Around,
): Promise<Outcome> {
  const going = underWay(retry);
  const cause = retry?.cause ?? rest.cause;
  const record: ApplicationRecord = going === undefined ? rest : { ...rest, retry: going };
  const state = { ...before, application: record };
  // What could not be returned to is still what is to be returned to.
  const { spec } = cause === 'rolled-back' ? (record.lastGood ?? record) : record;
  const read = readSpec(await context.documents.get<ApplicationSpec>(spec), record.application, settings);
  if ('problem' in read) return later(record, cause, { settings, context });
  const { application } = read;
  const attempt = (avoid: ApplicationRecord['avoid']): Promise<Outcome> =>
    place({ application, spec, cause, avoid, attempts: 0, retry: going, request }, state, settings, context);
  const refused = await attempt(record.avoid);
  if (!isRefused(refused)) return refused;
  const placed = await attempt({});
  return isRefused(placed) ? withoutWord(refused) : placed;
}

/** The configuration does not accept the spec any more; another one may again. */
function later(record: ApplicationRecord, cause: ApplicationRecord['cause'], { settings, context }: Around): Outcome {
  const next = withRetry(record, cause, settings, context.now);
  return { writes: [{ key: applicationKey(record.application), value: next.record }], events: next.events };
}

/** That it still fits nowhere is written on the record, and no news to anybody. */
function withoutWord({ events = [], ...rest }: Outcome): Outcome {
  return { ...rest, events: events.filter(({ type }) => type !== placementRejected.type) };
}
