import type { Draft } from '../../shared/contracts/contract.ts';
import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { Change, HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { advance, removalOf } from './decide.ts';
import { failRollout, hasFailed, reopen } from './decide-rollout.ts';
import { readExcluded } from './exclusions.ts';
import { factOf, learn } from './facts.ts';
import { emptyService } from './place-service.ts';
import {
  pageKey,
  rolloutKey,
  serviceKey,
  type FactKind,
  type PageRecord,
  type RolloutRecord,
  type ServiceRecord,
} from './record.ts';

interface StateEvent {
  readonly id: string;
  readonly time: string;
  readonly dryrun?: true;
  readonly data: DeploymentState;
}

/** What the five facts about deployments have in common: learn it, fail the generation if it says so, do what can be done now. */
export async function handleFact(kind: FactKind, event: StateEvent, context: HandlerContext): Promise<Outcome> {
  if (event.dryrun) return {};
  const { records, now } = context;
  const { application, service, target } = event.data;
  const key = serviceKey(application, service);
  const known = (await records.get<ServiceRecord>(key)) ?? emptyService(application, service);
  const rollout = await records.get<RolloutRecord>(rolloutKey(application));
  const { record, remind } = learn(known, target, factOf(kind, event.data, event));
  if (record === known) return {};
  const page = await records.get<PageRecord>(pageKey(application, record.page));
  const judged = judge(rollout, page, record, now);
  const excluded = await readExcluded(records);
  const advanced = advance(judged.service, { excluded, failed: hasFailed(judged.rollout ?? rollout, record) });
  const reminders = remind ? [removalOf(advanced.record, target)] : [];
  return {
    writes: [{ key, value: advanced.record }, ...writesOf(judged)],
    events: [...reminders, ...advanced.events, ...judged.events],
  };
}

interface Judged {
  readonly service: ServiceRecord;
  /** Where they change. */
  readonly rollout?: RolloutRecord | undefined;
  readonly page?: PageRecord | undefined;
  readonly events: readonly Draft[];
}

/** What the fact means for the generation: it may fail by it, and what was done may have to be waited for again. */
function judge(
  rollout: RolloutRecord | undefined,
  page: PageRecord | undefined,
  service: ServiceRecord,
  now: number,
): Judged {
  const failed = failRollout(rollout, service, now);
  const events = failed?.events ?? [];
  const reopened = reopen(failed?.rollout ?? rollout, page, service);
  return reopened === undefined ? { service, rollout: failed?.rollout, events } : { ...reopened, events };
}

function writesOf({ rollout, page }: Judged): Change[] {
  return [
    ...(rollout === undefined ? [] : [{ key: rolloutKey(rollout.application), value: rollout }]),
    ...(page === undefined ? [] : [{ key: pageKey(page.application, page.page), value: page }]),
  ];
}
