import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { rolloutPageDue } from '../../shared/contracts/rollout-page-due.ts';
import type { Change, HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { advance } from './decide.ts';
import { failRollout, hasFailed } from './decide-rollout.ts';
import { readExcluded } from './exclusions.ts';
import { emptyService, placeService, type ServiceInput } from './place-service.ts';
import { rolloutKey, serviceKey, type RolloutRecord, type ServiceRecord } from './record.ts';
import { budget } from './settings.ts';

export type Page = DataOf<typeof rolloutPageDue>;

/** Records and events that the transaction holds so far. */
export interface Draught {
  rollout: RolloutRecord | undefined;
  readonly writes: Change[];
  readonly events: Draft[];
}

/**
 * Takes up the services of a page as far as one transaction goes; the rest follows by a note to ourselves. `started` holds what the
 * caller wants committed with it, the rollout's own record aside.
 */
export async function rollPage(page: Page, started: Draught, context: HandlerContext): Promise<Outcome> {
  const { records, now } = context;
  const excluded = await readExcluded(records);
  const before = started.rollout;
  const draught: Draught = { rollout: before, writes: [...started.writes], events: [...started.events] };
  const inputs = inputsOf(page);
  for (const [index, input] of inputs.entries()) {
    const key = serviceKey(input.application, input.service);
    const known = (await records.get<ServiceRecord>(key)) ?? emptyService(input.application, input.service);
    const record = placeService(known, input);
    if (record === known) continue;
    const failed = failRollout(draught.rollout, record, now);
    const rollout = failed?.rollout ?? draught.rollout;
    const decided = advance(record, { excluded, failed: hasFailed(rollout, record) });
    const events = [...decided.events, ...(failed?.events ?? [])];
    if (draught.writes.length + draught.events.length + 1 + events.length > budget) {
      draught.events.push(rolloutPageDue.draft(restOf(page, inputs.slice(index))));
      break;
    }
    draught.rollout = rollout;
    draught.writes.push({ key, value: decided.record });
    draught.events.push(...events);
  }
  const rolloutWrite =
    draught.rollout === undefined ? [] : [{ key: rolloutKey(page.application), value: draught.rollout }];
  return { writes: [...rolloutWrite, ...draught.writes], events: draught.events };
}

function inputsOf({ application, generation, cause, page, services, removed }: Page): ServiceInput[] {
  const base = { application, generation, cause, page };
  return [
    ...services.map((placement) => ({ ...base, service: placement.service, placement })),
    ...removed.map((service) => ({ ...base, service })),
  ];
}

function restOf(page: Page, inputs: readonly ServiceInput[]): Page {
  return {
    ...page,
    services: inputs.flatMap(({ placement }) => (placement === undefined ? [] : [placement])),
    removed: inputs.flatMap(({ placement, service }) => (placement === undefined ? [service] : [])),
  };
}
