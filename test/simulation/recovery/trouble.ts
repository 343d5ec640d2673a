import { catalogue } from '../../../shared/catalogue/index.ts';
import { alertReceived, type Alert } from '../../../shared/contracts/alert-received.ts';
import { failbackRequested } from '../../../shared/contracts/failback-requested.ts';
import { recoveryControlRequested } from '../../../shared/contracts/recovery-control-requested.ts';
import { recoveryRequested } from '../../../shared/contracts/recovery-requested.ts';
import { replicationMeasured } from '../../../shared/contracts/replication-measured.ts';
import { targetExcluded } from '../../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../../shared/contracts/target-readmitted.ts';
import { regionScope } from '../../../shared/domain/target.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import { cordonPrefix, recoveryPrefix } from '../../../services/dr/keys.ts';
import type { CordonRecord, RecoveryRecord } from '../../../services/dr/record.ts';
import type { World } from '../world.ts';

export const application = 'shop';

export interface Troubled {
  readonly world: World;
  /** Alerts that fire, by their name. */
  readonly firing: Map<string, Alert>;
  /** Regions that lost what stood there. */
  readonly burnt: Set<string>;
}

type Trouble = (of: Troubled) => Promise<unknown> | unknown;

const regionsOf = (cloud: string): readonly string[] => [
  ...new Set(catalogue.offerings.filter((each) => each.cloud === cloud).map(({ id }) => regionScope(id))),
];

/** Where something stands, so that trouble hurts. */
function standing({ random, clouds }: World): string {
  const regions = clouds.all().map(({ key }) => regionScope(key.target));
  return regions.length > 0 ? random.pick(regions) : 'aws/eu-west-1';
}

const lose = ({ faults }: World['clouds'], ...regions: readonly string[]): void =>
  regions.forEach((region) => faults.down.add(region));

/** What stood there is gone when it comes back, nobody having been told. */
function burn({ clouds }: World, region: string): void {
  for (const [id, { key }] of clouds.resources) if (regionScope(key.target) === region) clouds.resources.delete(id);
}

/** What befalls a world, each as likely as the others. */
export const troubles: readonly Trouble[] = [
  // Alive, but not to be reached: nothing there changes.
  ({ world }) => lose(world.clouds, standing(world)),
  ({ world, burnt }) => {
    const region = standing(world);
    lose(world.clouds, region);
    burn(world, region);
    burnt.add(region);
  },
  // Correlated: several at once, and a whole cloud.
  ({ world }) => lose(world.clouds, standing(world), standing(world), standing(world)),
  ({ world }) => lose(world.clouds, ...regionsOf(world.random.pick(['aws', 'azure', 'gcp']))),
  // During a recovery: what took over is lost as well.
  async ({ world }) => {
    lose(world.clouds, standing(world));
    await world.runUntil(world.now() + 10_000 + world.random.below(50_000));
    lose(world.clouds, standing(world));
  },
  async ({ world }) => {
    const region = standing(world);
    for (let times = 2 + world.random.below(6); times > 0; times--) {
      lose(world.clouds, region);
      await world.runUntil(world.now() + world.random.below(30_000));
      world.clouds.faults.down.delete(region);
      await world.runUntil(world.now() + world.random.below(30_000));
    }
  },
  ({ world }) => world.clouds.faults.down.clear(),
  ({ world }) => world.clouds.faults.down.clear(),
  ({ world }) => void world.clouds.faults.noCapacity.add(standing(world)),
  ({ world }) => Object.assign(world.clouds.faults, { throttle: 0.2, unanswered: 0.1, lostAnswer: 0.1 }),
  (of) => alertStorm(of, 1),
  (of) => alertStorm(of, 10 + of.world.random.below(30)),
  resolveSome,
  ({ world }) => world.submit(targetExcluded.draft({ scope: standing(world), mode: 'cordon', reason: 'simulated' })),
  ({ world }) => liftAll(world),
  requestRecovery,
  requestRecovery,
  controlOne,
  controlOne,
  async ({ world }) => {
    const recovery = await pickRecovery(world);
    if (recovery !== undefined) await world.submit(failbackRequested.draft({ recovery, reason: 'simulated' }));
  },
  ({ world }) =>
    world.submit(
      replicationMeasured.draft({
        application,
        service: 'cart',
        scope: standing(world),
        lagSeconds: world.random.below(600),
      }),
    ),
];

const severities: readonly Alert['severity'][] = ['critical', 'warning', 'critical', 'info'];
const abouts: readonly Partial<Pick<Alert, 'scope' | 'application' | 'service'>>[] = [
  {},
  {},
  { scope: 'aws/eu-west-1' },
  { scope: 'aws/us-east-1' },
  { scope: 'azure/northeurope' },
  { application, service: 'web' },
  { application, service: 'cart' },
];

/** Some are told twice, some never resolve, most map to nothing; each arrives whenever it likes. */
async function alertStorm({ world, firing }: Troubled, count: number): Promise<void> {
  const { random, now } = world;
  for (let i = 0; i < count; i++) {
    const index = random.below(60);
    // An alert is known by its labels: it is about the same thing each time.
    const about = abouts[index % abouts.length] ?? {};
    const alert: Alert = {
      alert: `hook-${index}`,
      hook: 'hook',
      dialect: 'alertmanager',
      status: 'firing',
      severity: severities[index % severities.length] ?? 'info',
      title: 'simulated',
      description: '',
      labels: {},
      startsAt: toTime(now() - random.below(60_000)),
      ...about,
      ...(index % 10 === 9 ? { test: true as const } : {}),
    };
    firing.set(alert.alert, alert);
    const event = await world.submit(alertReceived.draft(alert));
    if (random.chance(0.2)) await world.runtime.bus.publish([{ event }]);
  }
}

/** Some that are told to be over never fired, as far as we know. */
async function resolveSome(of: Troubled): Promise<void> {
  const { random } = of.world;
  for (const alert of [...of.firing.values()]) if (random.chance(0.6)) await resolve(of, alert);
}

async function resolve({ world, firing }: Troubled, alert: Alert): Promise<void> {
  firing.delete(alert.alert);
  const draft = alertReceived.draft({ ...alert, status: 'resolved', endsAt: toTime(world.now()) });
  const event = await world.submit(draft);
  if (world.random.chance(0.2)) await world.runtime.bus.publish([{ event }]);
}

async function liftAll(world: World): Promise<void> {
  const { items } = await world.runtime.records.list<CordonRecord>(cordonPrefix, { limit: 1000 });
  for (const { value } of items)
    if (!value.lifted) await world.submit(targetReadmitted.draft({ scope: value.scope, reason: 'simulated' }));
}

async function requestRecovery({ world }: Troubled): Promise<void> {
  const { random } = world;
  const service = random.chance(0.4) ? { application, service: random.pick(['web', 'cart', 'worker']) } : {};
  const mode = random.pick(['graceful', 'ungraceful'] as const);
  const by = random.pick(['operator', 'ci'] as const);
  await world.submit(recoveryRequested.draft({ scope: standing(world), ...service, mode, by, reason: 'simulated' }));
}

async function pickRecovery({ random, runtime }: World): Promise<string | undefined> {
  const { items } = await runtime.records.list<RecoveryRecord>(recoveryPrefix, { limit: 1000 });
  return items.length === 0 ? undefined : random.pick(items).value.recovery;
}

async function controlOne({ world }: Troubled): Promise<void> {
  const recovery = await pickRecovery(world);
  if (recovery === undefined) return;
  const action = world.random.pick(['pause', 'resume', 'abort'] as const);
  await world.submit(recoveryControlRequested.draft({ recovery, action, reason: 'simulated' }));
}

/** Everybody who has said something takes it back: operators let go, and alerts are resolved. */
export async function takeBack(of: Troubled): Promise<void> {
  const { world } = of;
  world.clouds.faults.down.clear();
  for (const alert of [...of.firing.values()]) await resolve(of, alert);
  const { items } = await world.runtime.records.list<RecoveryRecord>(recoveryPrefix, { limit: 1000 });
  const held = items.filter(({ value }) => value.control?.action === 'pause');
  for (const { value } of held)
    await world.submit(
      recoveryControlRequested.draft({ recovery: value.recovery, action: 'resume', reason: 'simulated' }),
    );
  await liftAll(world);
  await world.runUntil(world.now() + 120_000);
  await liftAll(world);
}
