import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { healthChanged, type HealthStatus } from '../../shared/contracts/health-changed.ts';
import { placementDecided, type ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import { cloudOf } from '../../shared/contracts/values.ts';
import type { Change, Handler, HandlerContext } from '../../shared/pipeline/handler.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { limits, type Page } from '../../shared/ports/record-store.ts';
import { handlers } from './index.ts';
import { recoveryPrefix, serviceRecoveryKey } from './keys.ts';
import type { RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import type { DrSettings } from './settings.ts';

export const A = 'aws/eu-west-1/fargate';
export const B = 'gcp/europe-west1/cloud-run';
export const C = 'azure/westeurope/container-apps';
export const lost = 'aws/eu-west-1';

/** The service's real handlers over records in a map, on a clock of their own: what they say to themselves is delivered when it is due. */
export class World {
  now = 1_000_000;
  readonly records = new Map<string, unknown>();
  readonly said: Draft[] = [];
  /** Most items that one transaction had. */
  largest = 0;
  readonly #handlers: ReadonlyMap<string, Handler>;
  #notes: { readonly dueAt: number; readonly draft: Draft }[] = [];
  #ids = 0;
  #sorted: readonly string[] | undefined;

  constructor(settings: Partial<DrSettings> = {}) {
    this.#handlers = new Map(handlers({ holdDownMs: 15_000, ...settings }).map((each) => [each.contract.type, each]));
  }

  async deliver(draft: Draft, at = this.now, more: Partial<Envelope> = {}): Promise<void> {
    const handler = this.#handlers.get(draft.type);
    if (handler === undefined) throw new Error(`nobody reads ${draft.type}`);
    const event: Envelope = { ...eventOf(draft, `e${(this.#ids += 1)}`, at), ...more };
    const { context, versions } = this.#context();
    const { writes = [], events = [] } = await handler.handle(handler.contract.parse(event), context);
    this.largest = Math.max(this.largest, writes.length + events.length + 1);
    for (const change of writes) this.#write(change, versions, handler.consumer);
    for (const each of events) {
      this.said.push(each);
      if (isNote(each)) this.#notes.push({ dueAt: this.now + each.delayMs, draft: each });
    }
  }

  #write({ key, value }: Change, read: ReadonlySet<string>, consumer: string): void {
    if (!read.has(key)) throw new Error(`${consumer} writes ${key} unread`);
    if (JSON.stringify(value ?? null).length > limits.recordBytes) throw new Error(`${key} is too large`);
    if (value === undefined || !this.records.has(key)) this.#sorted = undefined;
    if (value === undefined) this.records.delete(key);
    else this.records.set(key, structuredClone(value));
  }

  /** Time passes; notes are delivered as they come due, each twice where that is asked for. */
  async until(time: number, times = 1, which: (draft: Draft) => boolean = () => true): Promise<this> {
    for (;;) {
      this.#notes.sort((a, b) => a.dueAt - b.dueAt);
      const next = this.#notes.find(({ draft }) => which(draft));
      if (next === undefined || next.dueAt > time) break;
      this.#notes = this.#notes.filter((each) => each !== next);
      this.now = Math.max(this.now, next.dueAt);
      for (let count = 0; count < times; count++) await this.deliver(next.draft);
    }
    this.now = Math.max(this.now, time);
    return this;
  }

  async after(ms: number): Promise<this> {
    return this.until(this.now + ms);
  }

  /** What was said of that kind: `recovery.started`. */
  of(name: string): readonly Record<string, unknown>[] {
    const found = this.said.filter(({ type }) => type === `dev.homeostasis.${name}.v1`);
    return found.map(({ data }) => data as Record<string, unknown>);
  }

  all<T>(prefix: string): readonly T[] {
    return this.#keys(prefix).map((key) => this.records.get(key) as T);
  }

  recoveries(): readonly RecoveryRecord[] {
    return this.all<RecoveryRecord>(recoveryPrefix);
  }

  service(service: string, recovery = this.recoveries().at(-1)?.recovery ?? ''): ServiceRecoveryRecord | undefined {
    const key = serviceRecoveryKey(recovery, { application: 'shop', service });
    return this.records.get(key) as ServiceRecoveryRecord | undefined;
  }

  reader(): HandlerContext['records'] {
    return this.#context().context.records;
  }

  #keys(prefix: string): readonly string[] {
    this.#sorted ??= [...this.records.keys()].sort();
    return this.#sorted.filter((key) => key.startsWith(prefix));
  }

  #context(): { readonly context: HandlerContext; readonly versions: ReadonlySet<string> } {
    const versions = new Set<string>();
    const seen = <T>(key: string): T | undefined => {
      versions.add(key);
      return structuredClone(this.records.get(key)) as T | undefined;
    };
    const unused = (): Promise<never> => Promise.reject(new Error('dr keeps no documents'));
    const records: HandlerContext['records'] = {
      get: <T>(key: string) => Promise.resolve(seen<T>(key)),
      list: <T>(prefix: string, { after = '', limit = 100 } = {}): Promise<Page<T>> => {
        const keys = this.#keys(prefix).filter((key) => key > after);
        const items = keys.slice(0, limit).map((key) => ({ key, version: 1, value: seen<T>(key) as T }));
        const last = items.at(-1);
        return Promise.resolve({ items, ...(keys.length > limit && last !== undefined ? { next: last.key } : {}) });
      },
    };
    return { context: { now: this.now, records, documents: { put: unused, get: unused } }, versions };
  }
}

/** As the bus would bring it. */
export function eventOf(draft: Draft, id: string, at: number): Envelope {
  const { type, subject, data } = draft;
  const kind = { specversion: '1.0', source: '/test', datacontenttype: 'application/json' } as const;
  return { ...kind, id, type, subject, time: toTime(at), correlationid: id, data: structuredClone(data) };
}

const isNote = ({ type }: Draft): boolean => /\.(?:[a-z]+-due)\./.test(type);

interface Placed extends Partial<Omit<ServicePlacement, 'targets'>> {
  readonly targets: readonly (string | ServicePlacement['targets'][number])[];
}

export function placed(service: string, { targets, ...more }: Placed): ServicePlacement {
  return {
    service,
    tier: 'standard',
    routed: true,
    specHash: '1f0c9a7be24d5c31',
    progressDeadlineSeconds: 600,
    ...more,
    targets: targets.map((each) => (typeof each === 'string' ? { target: each, replicas: 1 } : each)),
  };
}

export function decided(generation: number, ...services: readonly ServicePlacement[]): Draft {
  return placementDecided.draft({
    application: 'shop',
    generation,
    cause: 'submitted',
    page: 1,
    pages: 1,
    services: [...services],
    removed: [],
    decision: { sha256: 'a'.repeat(64), bytes: 1 },
  });
}

/** Not part of that generation any more. */
export function withdrawn(generation: number, ...removed: readonly string[]): Draft {
  const { data, ...draft } = decided(generation);
  return { ...draft, data: { ...(data as object), cause: 'withdrawn', removed } };
}

export function ready(service: string, target: string, generation: number): Draft {
  const state = { application: 'shop', service, target, generation, reason: 'Observed', message: 'stands' } as const;
  return deploymentReady.draft({ ...state, replicas: { desired: 1, ready: 1 }, endpoint: `http://${cloudOf(target)}` });
}

export function shifted(service: string, sequence: number, ...targets: readonly string[]): Draft {
  const weight = targets.length === 0 ? 0 : Math.floor(100 / targets.length);
  const routes = targets.map((target) => ({ target, endpoint: `http://${cloudOf(target)}`, weight }));
  return trafficShifted.draft({ application: 'shop', service, generation: 1, sequence, routes });
}

export function health(
  status: HealthStatus,
  since: number,
  scope = lost,
  heard: Readonly<Record<string, number>> = {},
): Draft {
  const evidence = ['shop/web: CloudUnreachable'];
  const neighbours = Object.entries(heard).map(([each, at]) => ({ scope: each, answeredAt: toTime(at) }));
  return healthChanged.draft({ scope, status, previous: 'healthy', evidence, since: toTime(since), neighbours });
}

/** Stands there, is ready, and has its traffic: generation 1. */
export async function standing(world: World, ...services: readonly ServicePlacement[]): Promise<void> {
  for (let at = 0; at < services.length; at += 40) {
    await world.deliver(decided(1 + at / 40, ...services.slice(at, at + 40)));
  }
  await world.until(world.now);
  for (const [index, { service, targets, routed }] of services.entries()) {
    const generation = 1 + Math.floor(index / 40);
    for (const { target } of targets) await world.deliver(ready(service, target, generation));
    const carriers = targets.filter(({ role }) => role !== 'standby').map(({ target }) => target);
    if (routed) await world.deliver(shifted(service, 1, ...carriers));
  }
  await world.after(1_000);
}
