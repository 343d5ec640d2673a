import { applicationSubmitted } from '../../../shared/contracts/application-submitted.ts';
import type { ApplicationSpec, ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import { scheduleReconcile } from '../../../shared/contracts/schedule-reconcile.ts';
import type { Random } from '../random.ts';
import { comeToRest, type Result } from '../scenario.ts';
import { createWorld } from '../world.ts';
import { application, takeBack, troubles, type Troubled } from './trouble.ts';
import { openEnds, RecoveryWatch } from './watch.ts';

/** Sweeps until recoveries have come to their end as well: a quarter of an hour. */
const sweeps = 30;

/**
 * One schedule of recoveries: an application stands well, then the seed chooses what befalls its regions, what alerts say, and what operators do.
 * Then all of it ends, and every recovery has to.
 */
export async function runRecoveries(seed: number): Promise<Result> {
  const watch = new RecoveryWatch();
  const stepped = (): Promise<void> => watch.stepped();
  const world = createWorld({ seed, watch, stepped, dr: { minimumDelayMs: 20_000, stabilizationMs: 60_000 } });
  watch.world = world;
  const of: Troubled = { world, firing: new Map(), burnt: watch.burnt };
  const { random } = world;
  watch.residency.set('cart', ['EU']);
  await world.submit(applicationSubmitted.draft({ application, spec: randomSpec(random) }));
  await world.runUntil(world.now() + 60_000);
  world.crashes = random.pick([0, 0, 0.01, 0.05]);
  for (let rounds = 2 + random.below(5); rounds > 0; rounds--) {
    await random.pick(troubles)(of);
    await world.submit(scheduleReconcile.draft({}));
    await world.runUntil(world.now() + random.below(90_000));
  }
  world.crashes = 0;
  await takeBack(of);
  const wrong = await comeToRest(world);
  const open = await untilOver(
    () => openEnds(world),
    () => rest(of),
  );
  return { seed, steps: world.steps(), violations: [...watch.violations, ...wrong, ...open] };
}

async function rest({ world }: Troubled): Promise<void> {
  await world.submit(scheduleReconcile.draft({}));
  await world.runUntil(world.now() + 30_000);
}

async function untilOver(look: () => Promise<string[]>, wait: () => Promise<void>): Promise<string[]> {
  let left = await look();
  for (let sweep = 0; left.length > 0 && sweep < sweeps; sweep++) {
    await wait();
    left = await look();
  }
  return left;
}

function randomSpec(random: Random): ApplicationSpec {
  const recovery = (): Pick<ServiceSpec, 'recovery'> =>
    random.chance(0.3)
      ? {}
      : {
          recovery: {
            standby: random.pick(['cold', 'warm', 'active-active'] as const),
            failback: random.pick(['off', 'suggest', 'automatic'] as const),
          },
        };
  const image = 'registry.example/web:1';
  const ports = [{ port: 8080 }];
  const web: ServiceSpec = {
    ...{ name: 'web', image, ports, replicas: 2 + random.below(3), tier: 'critical' as const },
    ...(random.chance(0.5) ? { constraints: { minimumClouds: 2 } } : {}),
    ...recovery(),
  };
  const cart: ServiceSpec = { name: 'cart', image, ports, constraints: { dataResidency: ['EU'] }, ...recovery() };
  const worker: ServiceSpec = { name: 'worker', image, tier: 'best-effort' };
  const services = [web, cart, ...(random.chance(0.5) ? [worker] : [])];
  return { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: application }, spec: { services } };
}
