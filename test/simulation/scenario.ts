import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import type { ApplicationSpec, ServiceSpec } from '../../shared/contracts/application-spec.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { brokenImage } from './cloud.ts';
import { restViolations, Watch } from './invariants.ts';
import type { Random } from './random.ts';
import { createWorld, type World } from './world.ts';

const application = 'shop';

export interface Result {
  readonly seed: number;
  readonly steps: number;
  readonly violations: readonly string[];
}

/**
 * One schedule: a seed decides what users ask for, which faults strike when, in which order events are handled and where the
 * process dies. Then the faults end, and everything must come to rest as it should.
 */
export async function runSchedule(seed: number): Promise<Result> {
  const watch = new Watch();
  const world = createWorld({ seed, watch });
  const { random } = world;
  world.crashes = random.pick([0, 0, 0.01, 0.05]);
  await submit(world, watch, 1);
  const rounds = 2 + random.below(4);
  for (let round = 2; round < 2 + rounds; round++) {
    await world.runUntil(world.now() + random.below(40_000));
    await act(world, watch, round);
    if (random.chance(0.5)) await world.submit(scheduleReconcile.draft({}));
  }
  const wrong = await comeToRest(world);
  return { seed, steps: world.steps(), violations: [...watch.violations, ...wrong] };
}

/**
 * Faults end, and time passes with its usual sweeps until all is well and nothing is waiting, or for half an hour.
 * @returns what is still wrong then.
 */
export async function comeToRest(world: World): Promise<string[]> {
  world.crashes = 0;
  const { faults } = world.clouds;
  faults.down.clear();
  faults.noCapacity.clear();
  Object.assign(faults, { throttle: 0, unanswered: 0, lostAnswer: 0 });
  let wrong: string[] = [];
  for (let sweep = 0; sweep < 60; sweep++) {
    await world.runUntil(world.now() + 30_000);
    wrong = await restViolations(world, application);
    const settled = await isSettled(world);
    if (wrong.length === 0 && settled && sweep >= 3) return [];
    await world.submit(scheduleReconcile.draft({}));
  }
  return wrong;
}

/** Nothing is due, but for tries to come: those an application waits for without being at work. */
async function isSettled({ runtime, now }: World): Promise<boolean> {
  const due = runtime.nextDueAt();
  if (due === undefined) return true;
  const notes = await runtime.log.read({ limit: 100_000, type: placementReviewDue.type });
  const tries = notes.flatMap(({ event }) => (event.data as DataOf<typeof placementReviewDue>).retryAt ?? []);
  const toCome = tries.filter((at) => at > now()).length;
  return toCome > 0 && runtime.stats().queued <= toCome;
}

async function act(world: World, watch: Watch, round: number): Promise<void> {
  const { random, clouds } = world;
  const scope = (): string => {
    const targets = clouds.all().map(({ key }) => regionScope(key.target));
    return targets.length > 0 ? random.pick(targets) : 'aws/eu-west-1';
  };
  const actions: readonly (() => Promise<unknown> | unknown)[] = [
    () => submit(world, watch, round),
    () => submit(world, watch, round),
    () => scale(world),
    () => world.submit(targetExcluded.draft({ scope: scope(), reason: 'simulated' })),
    () => readmit(world),
    () => clouds.faults.down.add(scope()),
    () => clouds.faults.down.clear(),
    () => clouds.faults.noCapacity.add(scope()),
    () => ['aws', 'azure', 'gcp'].forEach((cloud) => clouds.faults.noCapacity.add(cloud)),
    () => Object.assign(clouds.faults, { throttle: 0.2, unanswered: 0.1, lostAnswer: 0.1 }),
    () => tamper(world),
    () => comeLate(world),
    () => (random.chance(0.3) ? world.submit(applicationWithdrawn.draft({ application })) : undefined),
  ];
  await random.pick(actions)();
}

/** Somebody deletes or changes what was deployed, behind our back. */
function tamper({ random, clouds }: World): void {
  const standing = clouds.all().filter(({ goneAt }) => goneAt === undefined);
  if (standing.length === 0) return;
  const victim = random.pick(standing);
  if (random.chance(0.5)) clouds.resources.delete(deploymentId(victim.key));
  else victim.replicas += 1;
}

/** A command that was carried out long ago comes once more, as a queue may deliver it. */
async function comeLate({ random, runtime, readers }: World): Promise<void> {
  const commands = await runtime.log.read({ limit: 100_000, type: deploymentApply.type });
  if (commands.length === 0) return;
  const { event } = random.pick(commands);
  const deployer = readers.find(({ contract, cloud }) => contract === deploymentApply && cloud === event.cloud);
  // Its cloud may be silent just now: then nothing came late.
  await deployer?.deliver(structuredClone(event)).catch(() => undefined);
}

async function readmit(world: World): Promise<void> {
  const { items } = await world.runtime.records.list<{ readonly scope: string; readonly excluded: boolean }>(
    'exclusion/',
  );
  for (const { value } of items) {
    if (value.excluded) await world.submit(targetReadmitted.draft({ scope: value.scope, reason: 'simulated' }));
  }
}

function scale(world: World): Promise<unknown> {
  const replicas = 1 + world.random.below(4);
  return world.submit(
    applicationScaled.draft({ application, services: [{ name: 'web', replicas: Math.max(2, replicas) }] }),
  );
}

async function submit(world: World, watch: Watch, round: number): Promise<void> {
  const spec = randomSpec(world.random, round);
  for (const { name, constraints } of spec.spec.services) {
    // A service that was pinned stays pinned for the watch: what ran under the old rule may still be standing.
    if (constraints?.dataResidency !== undefined) watch.residency.set(name, constraints.dataResidency);
  }
  await world.submit(applicationSubmitted.draft({ application, spec }));
}

function randomSpec(random: Random, round: number): ApplicationSpec {
  const image = (name: string): string => `registry.example/${name}:${random.chance(0.5) ? 1 : round}`;
  const web: ServiceSpec = {
    name: 'web',
    image: random.chance(0.12) ? brokenImage : image('web'),
    replicas: 2 + random.below(3),
    tier: 'critical',
    ports: [{ port: 8080 }],
    constraints: { minimumClouds: 2 },
    strategy: { type: random.chance(0.3) ? 'canary' : 'rolling', progressDeadlineSeconds: 30 },
    links: [{ to: 'cart', gbPerMonth: random.below(1000) }],
  };
  const cart: ServiceSpec = {
    name: 'cart',
    image: image('cart'),
    ports: [{ port: 8080 }],
    constraints: { dataResidency: ['EU'] },
    strategy: { type: 'rolling', progressDeadlineSeconds: 60 },
  };
  const worker: ServiceSpec = { name: 'worker', image: image('worker'), replicas: 1 + random.below(2) };
  const services = [web, cart, ...(random.chance(0.6) ? [worker] : [])];
  return { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: application }, spec: { services } };
}
