import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { placementDecided, type ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { handler, nothing, type Change } from '../../shared/pipeline/handler.ts';
import type { DecisionPage, DecisionSummary, ServiceDecision } from './decision.ts';
import { applicationKey, placementKey, type ApplicationRecord, type PlacementRecord } from './record.ts';
import { workloadOn } from './workload.ts';

/** Carries one page of a decision out: writes down where its services go and commands it. */
export const onPlacementPageDue = handler({
  consumer: 'placement/on-placement-page-due',
  contract: placementPageDue,
  handle: async ({ data }, { records, documents }) => {
    const record = await records.get<ApplicationRecord>(applicationKey(data.application));
    // A newer generation has been decided since: its own pages say everything.
    if (record?.generation !== data.generation) return nothing;
    const summary = await documents.get<DecisionSummary>(data.decision);
    const ref = summary.pages[data.page - 1];
    if (ref === undefined) return nothing;
    const page = await documents.get<DecisionPage>(ref);
    const keys = [...page.services.map(({ service }) => service), ...page.removed];
    for (const service of keys) await records.get(placementKey(data.application, service));
    const writes: Change[] = [
      ...page.services.map((each) => ({
        key: placementKey(data.application, each.service),
        value: toRecord(each, data.application, data.generation),
      })),
      ...page.removed.map((service) => ({ key: placementKey(data.application, service), value: undefined })),
    ];
    const { application, generation, cause, pages, decision } = data;
    const events: Draft[] = [
      // Said before the commands: whoever watches knows what to expect when the first report comes.
      placementDecided.draft({
        application,
        generation,
        cause,
        page: data.page,
        pages,
        services: page.services.map(announced),
        removed: [...page.removed],
        decision,
      }),
      ...page.services.flatMap((each) => commandsFor(toRecord(each, application, generation))),
      ...(data.page < pages ? [placementPageDue.draft({ ...data, page: data.page + 1 })] : []),
    ];
    return { writes, events };
  },
});

function toRecord(decision: ServiceDecision, application: string, generation: number): PlacementRecord {
  const { service, specHash, tier, workload, placed, recovery, profile, movedAt } = decision;
  const demanded = { ...(recovery === undefined ? {} : { recovery }), ...(profile === undefined ? {} : { profile }) };
  return { application, service, generation, specHash, tier, workload, targets: placed, ...demanded, movedAt };
}

function announced(decision: ServiceDecision): ServicePlacement {
  const { service, tier, routed, specHash, targets, monthly, recovery } = decision;
  const { progressDeadlineSeconds, steps, stepSeconds } = decision;
  return {
    service,
    tier,
    routed,
    specHash,
    targets,
    ...(monthly === undefined ? {} : { monthly }),
    ...(recovery === undefined ? {} : { recovery }),
    progressDeadlineSeconds,
    ...(steps === undefined ? {} : { steps }),
    ...(stepSeconds === undefined ? {} : { stepSeconds }),
  };
}

/** One command per target, complete in itself. */
export function commandsFor(record: PlacementRecord): Draft[] {
  const { application, service, generation, tier, specHash, workload } = record;
  return record.targets.map((placed) =>
    deploymentApply.draft({
      application,
      service,
      generation,
      target: placed.target,
      tier,
      specHash,
      workload: workloadOn(workload, placed),
    }),
  );
}
