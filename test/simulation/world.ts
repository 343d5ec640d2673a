import {
  SimulatedCrash,
  createMemoryRuntime,
  type MemoryRuntime,
  type ProbePoint,
} from '../../shared/adapters/memory/index.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { deployerHandlers } from '../../shared/pipeline/deployer-handlers.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { Split, TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { defaultDrSettings, handlers as dr, type DrSettings } from '../../services/dr/index.ts';
import { defaultMonitorSettings, handlers as monitor } from '../../services/monitor/index.ts';
import {
  defaultPlacementSettings,
  handlers as placement,
  type PlacementSettings,
} from '../../services/placement/index.ts';
import { defaultRolloutSettings, handlers as rollout } from '../../services/rollout/index.ts';
import { handlers as traffic } from '../../services/traffic/index.ts';
import { SimulatedClouds, type CloudWatcher } from './cloud.ts';
import { createRandom, type Random } from './random.ts';

/** The whole control plane on a virtual clock: every service, every deployer, one seed. */
export interface World {
  readonly random: Random;
  readonly runtime: MemoryRuntime;
  readonly clouds: SimulatedClouds;
  readonly splits: ReadonlyMap<string, Split>;
  /** Everyone who reads something, each as the bus would call it. */
  readonly readers: readonly Reader[];
  now(): number;
  /** Publishes as ingress would. @returns the event. */
  submit(draft: Draft): Promise<Envelope>;
  /** Delivers whatever is due, in an order the seed chooses, until that time has come. */
  runUntil(time: number): Promise<void>;
  /** Chance that the process dies at a point of a delivery. */
  crashes: number;
  steps(): number;
}

export interface Reader {
  readonly consumer: string;
  readonly contract: Handler['contract'];
  readonly cloud?: string;
  deliver(event: Envelope): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly watch: CloudWatcher & { routed(split: Split): void };
  readonly placement?: Partial<PlacementSettings>;
  readonly dr?: Partial<DrSettings>;
  /** After every delivery. */
  readonly stepped?: () => Promise<void>;
}

const start = Date.parse('2026-11-21T08:00:00Z');

export function createWorld({ seed, watch, placement: overrides, ...more }: WorldOptions): World {
  const random = createRandom(seed);
  let now = start;
  let steps = 0;
  let submitted = 0;
  const clock = { now: () => now };
  const splits = new Map<string, Split>();
  const clouds = new SimulatedClouds(clock.now, random, watch);
  const readers: Reader[] = [];
  const world: World = {
    random,
    readers,
    clouds,
    splits,
    crashes: 0,
    now: clock.now,
    steps: () => steps,
    runtime: createMemoryRuntime({
      clock,
      random: random.next,
      schedule: (due) => random.below(Math.min(due.length, 12)),
      probe: (point: ProbePoint, consumer, event) => {
        if (random.chance(world.crashes)) throw new SimulatedCrash(point, consumer, event);
      },
    }),
    submit: async (draft) => {
      const id = `request-${(submitted += 1)}`;
      const event: Envelope = {
        specversion: '1.0',
        id,
        source: '/simulation',
        type: draft.type,
        subject: draft.subject,
        time: toTime(now),
        datacontenttype: 'application/json',
        correlationid: id,
        data: draft.data,
      };
      await world.runtime.bus.publish([{ event }]);
      return event;
    },
    runUntil: async (time) => {
      for (;;) {
        const { kind } = await world.runtime.step();
        if (kind !== 'idle') {
          steps += 1;
          await more.stepped?.();
          // Work takes time; so the same event seldom finds the world as another left it.
          now += random.below(5);
          continue;
        }
        const due = world.runtime.nextDueAt();
        if (due === undefined || due > time) break;
        now = Math.max(now, due);
      }
      now = Math.max(now, time);
    },
  };
  const router: TrafficRouter = {
    route: (split) => {
      const key = `${split.application}/${split.service}`;
      const inForce = splits.get(key);
      if (inForce !== undefined && inForce.sequence > split.sequence) return Promise.resolve();
      watch.routed(split);
      splits.set(key, split);
      return Promise.resolve();
    },
    routes: () => Promise.resolve([...splits.values()]),
  };
  readers.push(
    ...readersOf(world, clock, [
      ...placement({ ...defaultPlacementSettings, ...overrides }),
      ...monitor(defaultMonitorSettings),
      ...rollout(defaultRolloutSettings),
      ...traffic({ router }),
      ...dr({ ...defaultDrSettings, ...more.dr }),
    ]),
  );
  for (const { consumer, contract, cloud, deliver } of readers) {
    const narrow = cloud === undefined ? {} : { cloud };
    world.runtime.bus.subscribe({
      consumer,
      pattern: contract.pattern(cloud === undefined ? undefined : { cloud }),
      ...(contract.kind === 'command' ? { command: { type: contract.type, ...narrow } } : {}),
      deliver,
    });
  }
  return world;
}

function readersOf({ runtime, clouds }: World, clock: { now(): number }, handlers: readonly Handler[]): Reader[] {
  const { bus, records, documents } = runtime;
  const stateful = handlers.map((each) => ({
    consumer: each.consumer,
    contract: each.contract,
    deliver: async (event: Envelope) => void (await processEvent(each, event, { records, documents, clock })),
  }));
  const deployers = (['aws', 'azure', 'gcp'] as const).flatMap((cloud) =>
    deployerHandlers(cloud, clouds).map((each) => ({
      consumer: each.consumer,
      contract: each.contract,
      cloud,
      deliver: (event: Envelope) => processStateless(each, event, { bus, clock }),
    })),
  );
  return [...stateful, ...deployers];
}
