import { randomUUID } from 'node:crypto';
import { createMemoryRuntime, systemTimer, type Timer } from '../../shared/adapters/memory/index.ts';
import { deployerHandlers } from '../../shared/pipeline/deployer-handlers.ts';
import { patternOf } from '../../shared/pipeline/handler.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { InvalidSpec, type ApplyCommand, type CloudTarget } from '../../shared/ports/cloud-target.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import type { Split, TrafficRouter } from '../../shared/ports/traffic-router.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import * as cost from '../../services/cost/index.ts';
import * as dr from '../../services/dr/index.ts';
import { createApp } from '../../services/ingress/app.ts';
import { holdersOf } from '../../services/ingress/auth.ts';
import * as monitor from '../../services/monitor/index.ts';
import * as placement from '../../services/placement/index.ts';
import * as rollout from '../../services/rollout/index.ts';
import * as traffic from '../../services/traffic/index.ts';
import { billDoor, costGiven, type CostOptions } from '../../cli/serve/cost.ts';
import { listen } from '../../cli/serve/listen.ts';
import { wireHandlers } from '../../cli/serve/wire.ts';
import { SimulatedClouds } from '../simulation/cloud.ts';

/** An image that every cloud refuses at once. */
export const refusedImage = 'registry.example/refused:1';
export const token = 'cli-test-token';

/** What a test may have otherwise. */
export interface PlaneOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** With it, there is a cost service, and a door for bills. */
  readonly cost?: Pick<CostOptions, 'settings' | 'folder'>;
}

const usual: PlaneOptions = { clock: { now: () => Date.now() }, timer: systemTimer };
const noSecrets: Secrets = { check: () => {}, read: () => Promise.reject(new Error('there are no secrets here')) };

/** Nothing by chance, and clouds as quick as they get. */
const steady = { next: () => 0, below: () => 0, chance: () => false, pick: <T>(from: readonly T[]): T => from[0] as T };

/** A control plane in this process: real services, real HTTP, clouds that answer at once. For a CLI in a process of its own. */
export async function startControlPlane({ clock, timer, cost: configured }: PlaneOptions = usual) {
  const runtime = createMemoryRuntime({ clock, timer });
  const { bus, records, documents } = runtime;
  const money = configured === undefined ? undefined : costGiven({ ...configured, secrets: noSecrets });
  const clouds = new SimulatedClouds(clock.now, steady, { applied: () => {}, removing: () => {} });
  const splits = new Map<string, Split>();
  const router: TrafficRouter = {
    route: (split) => Promise.resolve(void splits.set(`${split.application}/${split.service}`, split)),
    routes: () => Promise.resolve([...splits.values()]),
  };
  const quick = { ...monitor.defaultMonitorSettings, observeInitialMs: 20, observeMaxMs: 100, reconcileAfterMs: 100 };
  const settings = placement.defaultPlacementSettings;
  wireHandlers(
    [
      ...placement.handlers(settings),
      ...monitor.handlers(quick),
      ...rollout.handlers(rollout.defaultRolloutSettings),
      ...traffic.handlers({ router }),
      ...dr.handlers(dr.defaultDrSettings),
      ...(money === undefined ? [] : cost.handlers(money)),
    ],
    bus,
    { records, documents, clock },
  );
  deployTo(refusing(clouds), runtime, clock);
  bus.subscribe({
    consumer: 'test/on-poison',
    pattern: { 'detail-type': ['com.example.poison'] },
    deliver: () => Promise.reject(Object.assign(new Error('cannot be read'), { terminal: true })),
  });
  const app = createApp({
    ...runtime,
    clock,
    newId: randomUUID,
    identify: holdersOf([token]),
    streaming: 'live',
    regions: () => Promise.resolve({ aws: ['aws/eu-west-1'], azure: ['azure/northeurope'], gcp: ['gcp/europe-west1'] }),
    hosts: ['127.0.0.1'],
    logger: silentLogger,
    routes: [
      ...placement.routes({ records, documents, clock }, settings),
      ...monitor.routes(records),
      ...rollout.routes(records),
      ...traffic.routes(records),
      ...dr.routes(records),
      ...(money === undefined ? [] : cost.routes({ records, clock }, money)),
    ],
    ...(configured === undefined ? {} : { upload: billDoor(configured, { bus, clock }) }),
    status: () => ({ version: 'test', queue: runtime.stats() }),
  });
  const api = await listen(app.fetch, { host: '127.0.0.1', port: 0, flag: '--port' });
  await bus.start();
  return {
    url: `http://127.0.0.1:${api.port}`,
    clouds,
    runtime,
    close: async () => {
      await api.close();
      await bus.stop();
      await money?.ledger.close();
    },
  };
}

function deployTo(target: CloudTarget, { bus }: ReturnType<typeof createMemoryRuntime>, clock: Clock): void {
  for (const cloud of ['aws', 'azure', 'gcp'] as const) {
    for (const each of deployerHandlers(cloud, target)) {
      bus.subscribe({
        consumer: each.consumer,
        pattern: patternOf(each),
        command: { type: each.contract.type, cloud },
        deliver: (event) => processStateless(each, event, { bus, clock }),
      });
    }
  }
}

function refusing(clouds: SimulatedClouds): CloudTarget {
  return {
    apply: (command: ApplyCommand) => {
      if (command.workload.image !== refusedImage) return clouds.apply(command);
      return Promise.reject(new InvalidSpec(`image ${refusedImage} is not allowed here`));
    },
    observe: (of) => clouds.observe(of),
    remove: (of) => clouds.remove(of),
    list: (region) => clouds.list(region),
  };
}
