import { deploymentId } from '../../shared/contracts/values.ts';
import { offering, withinJurisdiction } from '../../shared/catalogue/index.ts';
import type { ApplyCommand, DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { Split } from '../../shared/ports/traffic-router.ts';
import type { ApplicationRecord, ExclusionRecord, PlacementRecord } from '../../services/placement/record.ts';
import type { World } from './world.ts';

/** What must hold at every moment, watched where it could be broken: at the clouds and at the router. */
export class Watch {
  readonly violations: string[] = [];
  /** Jurisdictions a service's data may stand in, as last submitted. */
  readonly residency = new Map<string, readonly string[]>();
  readonly #splits = new Map<string, Split>();

  /** A generation only ever replaces an older one; where somebody deleted what stood, nothing is left to compare with. */
  applied(command: ApplyCommand, before: number): void {
    const id = deploymentId(command);
    if (command.generation < before) this.violations.push(`${id}: generation ${command.generation} replaced ${before}`);
    const allowed = this.residency.get(command.service);
    const region = offering(command.target)?.region;
    if (allowed !== undefined && region !== undefined && !allowed.some((code) => withinJurisdiction(region, code))) {
      this.violations.push(`${id}: outside ${allowed.join(', ')}`);
    }
  }

  /** Make before break: what serves is not taken away while it serves. */
  removing(of: DeploymentKey): void {
    const split = this.#splits.get(`${of.application}/${of.service}`);
    const weight = split?.routes.find(({ target }) => target === of.target)?.weight ?? 0;
    if (weight > 0) this.violations.push(`${deploymentId(of)}: removed while it carries ${weight} % of the traffic`);
  }

  routed(split: Split): void {
    const key = `${split.application}/${split.service}`;
    const sum = split.routes.reduce((total, { weight }) => total + weight, 0);
    if (sum !== 0 && sum !== 100) this.violations.push(`${key}: weights add up to ${sum}`);
    const before = this.#splits.get(key);
    if (before !== undefined && before.sequence > split.sequence)
      this.violations.push(`${key}: split ${split.sequence} after ${before.sequence}`);
    this.#splits.set(key, split);
  }
}

/** A cloud that was silent for longer than retries last: the command may be lost, what it was for may not. */
const outlasted = new Set(['CloudUnreachable', 'Throttled']);

/** What must hold once everything has come to rest: nothing lost, nothing orphaned, everything where it belongs. */
export async function restViolations(world: World, application: string): Promise<string[]> {
  const { records, deadLetters } = world.runtime;
  const record = (await records.get<ApplicationRecord>(`application/${application}`))?.value;
  const placements = (await records.list<PlacementRecord>(`placement/${application}/`, { limit: 1000 })).items.map(
    ({ value }) => value,
  );
  const found: string[] = [];
  for (const { consumer, error } of await deadLetters.list()) {
    if (!outlasted.has(error.name)) found.push(`dead letter in ${consumer}: ${error.message}`);
  }
  found.push(...(await unfinished(world, record)));
  if (record?.status !== 'failed') found.push(...unready(world, placements), ...orphans(world, placements));
  return found;
}

async function unfinished(world: World, record: ApplicationRecord | undefined): Promise<string[]> {
  if (record === undefined) return [];
  const { application, status, retry, rejection } = record;
  if (status === 'rolling-out' || status === 'withdrawn') return [`${application} is ${status} for ever`];
  if (retry?.at === undefined || (await hasExclusion(world))) return [];
  return [`${application} still waits for a place, try ${retry.count}: ${rejection?.message}`];
}

/** Ground that stays lost may leave an application without a place for as long. */
async function hasExclusion({ runtime }: World): Promise<boolean> {
  const { items } = await runtime.records.list<ExclusionRecord>('exclusion/', { limit: 1000 });
  return items.some(({ value }) => value.excluded);
}

function unready(world: World, placements: readonly PlacementRecord[]): string[] {
  const standing = new Map(world.clouds.all().map((each) => [deploymentId(each.key), each]));
  return placements.flatMap((placement) =>
    placement.targets.flatMap(({ target, replicas, role }) => {
      const id = deploymentId({ ...placement, target });
      const resource = standing.get(id);
      if (resource === undefined) return `${id} is placed, but nothing stands there`;
      if (resource.generation !== placement.generation)
        return `${id} stands at ${resource.generation}, not ${placement.generation}`;
      if (resource.replicas !== replicas) return `${id} has ${resource.replicas} replicas, not ${replicas}`;
      // A standby waits without traffic.
      const serves = placement.workload.ports.length > 0 && role !== 'standby' && replicas > 0;
      return serves && weightOf(world, placement, target) === 0 ? `${id} is ready but gets no traffic` : [];
    }),
  );
}

function weightOf({ splits }: World, { application, service }: PlacementRecord, target: string): number {
  return splits.get(`${application}/${service}`)?.routes.find((route) => route.target === target)?.weight ?? 0;
}

function orphans(world: World, placements: readonly PlacementRecord[]): string[] {
  const placed = new Set(
    placements.flatMap((each) => each.targets.map(({ target }) => deploymentId({ ...each, target }))),
  );
  const left = world.clouds.all().filter(({ key }) => !placed.has(deploymentId(key)));
  return left.map(({ key, generation }) => `${deploymentId(key)} (generation ${generation}) is an orphan`);
}
