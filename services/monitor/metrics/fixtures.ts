import type { Draft } from '../../../shared/contracts/contract.ts';
import { deploymentReported } from '../../../shared/contracts/deployment-reported.ts';
import type { Envelope } from '../../../shared/contracts/envelope.ts';
import { metricsCollected, type MetricName } from '../../../shared/contracts/metrics-collected.ts';
import { placementDecided } from '../../../shared/contracts/placement-decided.ts';
import { processEvent } from '../../../shared/pipeline/process.ts';
import { toTime, type Clock } from '../../../shared/ports/clock.ts';
import type { DocumentStore } from '../../../shared/ports/document-store.ts';
import type { EventBus } from '../../../shared/ports/event-bus.ts';
import type { EventLog } from '../../../shared/ports/event-log.ts';
import type { QueryAnswer } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { defaultMonitorSettings, handlers, routes } from '../index.ts';
import type { PrometheusSources } from '../on-monitor-prometheus-due.ts';

export const start = Date.UTC(2026, 10, 21, 8);
export const minute = 60_000;
export const home = 'aws/eu-west-1/fargate';
export const other = 'gcp/europe-west1/cloud-run';

/** The runtime comes from the test: only those take adapters. */
interface Runtime {
  readonly bus: EventBus;
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  step(): Promise<{ readonly kind: string }>;
  nextDueAt(): number | undefined;
}
type Making = { readonly clock: Clock; readonly random: () => number };

/** The real handlers over a runtime: the one in memory, whose limits are the hub's. */
export function createWorld<R extends Runtime>(
  make: (options: Making) => R,
  settings = defaultMonitorSettings,
  prometheus?: PrometheusSources,
) {
  let now = start;
  let ids = 0;
  const clock = { now: () => now };
  const runtime = make({ clock, random: () => 0.5 });
  const { bus, records, documents } = runtime;
  for (const each of handlers(settings, prometheus)) {
    const deliver = async (event: Envelope): Promise<void> =>
      void (await processEvent(each, event, { records, documents, clock }));
    bus.subscribe({ consumer: each.consumer, pattern: each.contract.pattern(), deliver });
  }
  async function settle(): Promise<void> {
    for (;;) {
      if ((await runtime.step()).kind !== 'idle') continue;
      const due = runtime.nextDueAt();
      if (due === undefined || due > now) return;
    }
  }
  const say = async (draft: Draft, more: Partial<Envelope> = {}): Promise<void> => {
    const id = `e${(ids += 1)}`;
    const about = { source: '/test', type: draft.type, subject: draft.subject, time: toTime(now), correlationid: id };
    const event = {
      specversion: '1.0',
      id,
      datacontenttype: 'application/json',
      ...about,
      data: draft.data,
      ...more,
    } as Envelope;
    await bus.publish([{ event }]);
    await settle();
  };
  return {
    runtime,
    say,
    now: () => now,
    advance: (ms: number) => void (now += ms),
    async said<T>(contract: { readonly type: string }): Promise<T[]> {
      const entries = await runtime.log.read({ limit: 100_000 });
      return entries.flatMap(({ event }) => (event.type === contract.type ? [event.data as T] : []));
    },
    async get(search: Record<string, string> = {}): Promise<QueryAnswer> {
      const route = routes(records).find(({ path }) => path === '/metrics/services');
      if (route === undefined) throw new Error('no such route');
      return route.answer({ params: {}, search });
    },
    async place(services: readonly string[], targets: readonly string[]): Promise<void> {
      const placements = services.map((service) => ({
        ...{
          service,
          tier: 'standard' as const,
          routed: true,
          specHash: '0123456789abcdef',
          progressDeadlineSeconds: 600,
        },
        targets: targets.map((target) => ({ target, replicas: 1 })),
      }));
      const page = { cause: 'submitted' as const, page: 1, pages: 1, decision: { sha256: 'a'.repeat(64), bytes: 1 } };
      await say(
        placementDecided.draft({ application: 'shop', generation: 1, services: placements, removed: [], ...page }),
      );
      for (const service of services) for (const target of targets) await ready(service, target);
    },
  };

  async function ready(service: string, target: string): Promise<void> {
    const state = { phase: 'ready' as const, reason: 'Observed' as const, message: 'runs', endpoint: 'http://x' };
    const about = { application: 'shop', service, target, generation: 1, specHash: '0123456789abcdef' };
    now += 1;
    await say(deploymentReported.draft({ ...about, ...state, replicas: { desired: 1, ready: 1 } }));
  }
}

export type World = ReturnType<typeof createWorld<Runtime>>;
export interface Answered {
  readonly services: readonly {
    readonly service: string;
    readonly place: string;
    readonly metrics: readonly {
      readonly metric: string;
      readonly statistic: string;
      readonly points: readonly number[][];
    }[];
  }[];
  readonly next?: string;
}

export const window = (world: World, minutes: number) => {
  const to = Math.floor(world.now() / minute) * minute;
  return {
    from: toTime(to - minutes * minute),
    to: toTime(to),
    starts: Array.from({ length: minutes }, (_, index) => to / 1000 - (minutes - index) * 60),
  };
};

/** What a cloud says of a place: the same value in each of the last five minutes. */
export async function measured(
  world: World,
  target: string,
  services: Readonly<Record<string, Partial<Record<MetricName, number>>>>,
): Promise<void> {
  const { from, to, starts } = window(world, 5);
  const series = Object.entries(services).flatMap(([service, values]) =>
    Object.entries(values).map(([metric, value]) => ({
      ...{ application: 'shop', service, target, metric: metric as MetricName },
      points: starts.map((at): [number, number] => [at, value]),
    })),
  );
  const scope = target.split('/').slice(0, 2).join('/');
  await world.say(metricsCollected.draft({ scope, status: 'collected', message: '', from, to, series }));
}
