import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { advance, removalOf } from './decide.ts';
import { failRollout, hasFailed } from './decide-rollout.ts';
import { readExcluded } from './exclusions.ts';
import { factOf, learn } from './facts.ts';
import { emptyService } from './place-service.ts';
import { rolloutKey, serviceKey, type FactKind, type RolloutRecord, type ServiceRecord } from './record.ts';

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
  const failed = failRollout(rollout, record, now);
  const advanced = advance(record, {
    excluded: await readExcluded(records),
    failed: hasFailed(failed?.rollout ?? rollout, record),
  });
  const reminders = remind ? [removalOf(advanced.record, target)] : [];
  return {
    writes: [
      { key, value: advanced.record },
      ...(failed === undefined ? [] : [{ key: rolloutKey(application), value: failed.rollout }]),
    ],
    events: [...reminders, ...advanced.events, ...(failed?.events ?? [])],
  };
}
