import type { DataOf } from '../../shared/contracts/contract.ts';
import { monitorPageDue } from '../../shared/contracts/monitor-page-due.ts';
import { regionScope } from '../../shared/domain/target.ts';
import type { HandlerContext, Outcome, Reader } from '../../shared/pipeline/handler.ts';
import { decideExpectation, type ExpectationInput } from './decide-expectation.ts';
import {
  deploymentKey,
  expectationKey,
  healthKey,
  servicePrefix,
  type DeploymentRecord,
  type HealthRecord,
  type ServiceExpectation,
} from './record.ts';
import type { MonitorSettings } from './settings.ts';

type Page = DataOf<typeof monitorPageDue>;

/** Items of one transaction, less the mark and the note that calls the rest. */
const budget = 96;

/**
 * Expects what a page of services lists, as far as one transaction goes; the rest follows by a note to ourselves. A service that
 * was cut in the middle is simply begun again: what is expected already costs nothing.
 */
export async function expectPage(page: Page, context: HandlerContext, settings: MonitorSettings): Promise<Outcome> {
  const writes: { key: string; value: unknown }[] = [];
  const events: NonNullable<Outcome['events']>[number][] = [];
  const inputs = inputsOf(page);
  for (const [index, input] of inputs.entries()) {
    const { known, changes, standing } = await decideOne(input, context, settings);
    await readMissing(changes, standing, context);
    writes.push({ key: expectationKey(input.application, input.service), value: known });
    for (const { record, events: said } of changes) {
      if (writes.length + events.length + 1 + said.length > budget)
        return rest(page, inputs.slice(index), { writes, events });
      writes.push({ key: deploymentKey(record), value: record });
      events.push(...said);
    }
    // Two are taken by the next service's own record and its first change.
    if (writes.length + events.length + 2 > budget && index + 1 < inputs.length) {
      return rest(page, inputs.slice(index + 1), { writes, events });
    }
  }
  return { writes, events };
}

function inputsOf({ application, generation, decidedAt, services, removed }: Page): ExpectationInput[] {
  const base = { application, generation, decidedAt };
  return [
    ...services.map((placement) => ({ ...base, service: placement.service, placement })),
    ...removed.map((service) => ({ ...base, service })),
  ];
}

async function decideOne(input: ExpectationInput, { records, now }: HandlerContext, settings: MonitorSettings) {
  const known = await records.get<ServiceExpectation>(expectationKey(input.application, input.service));
  const { items } = await records.list<DeploymentRecord>(servicePrefix(input.application, input.service));
  const standing = items.map(({ value }) => value);
  const silent = await silentOf(standing, records);
  return { ...decideExpectation(known, standing, input, { now, settings, region: 'healthy', silent }), standing };
}

/** What is to go there is looked at at the pace of such regions from the start. */
async function silentOf(standing: readonly DeploymentRecord[], records: Reader): Promise<ReadonlySet<string>> {
  const silent = new Set<string>();
  for (const { target } of standing) {
    const health = await records.get<HealthRecord>(healthKey(regionScope(target)));
    if (health?.status === 'unreachable') silent.add(target);
  }
  return silent;
}

/** A record that is to be created must have been seen missing: the commit is guarded by it. */
async function readMissing(
  changes: readonly { readonly record: DeploymentRecord }[],
  standing: readonly DeploymentRecord[],
  { records }: HandlerContext,
): Promise<void> {
  const there = new Set(standing.map(({ target }) => target));
  for (const { record } of changes) if (!there.has(record.target)) await records.get(deploymentKey(record));
}

function rest(page: Page, inputs: readonly ExpectationInput[], done: Required<Outcome>): Outcome {
  const services = inputs.flatMap(({ placement }) => (placement === undefined ? [] : [placement]));
  const removed = inputs.flatMap(({ placement, service }) => (placement === undefined ? [service] : []));
  return { writes: done.writes, events: [...done.events, monitorPageDue.draft({ ...page, services, removed })] };
}
