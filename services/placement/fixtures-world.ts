import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import type { ApplicationSpec, ServiceSpec } from '../../shared/contracts/application-spec.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { EventLog } from '../../shared/ports/event-log.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { defaultPlacementSettings as settings, handlers } from './index.ts';
import { applicationKey, placementKey, type ApplicationRecord, type PlacementRecord } from './record.ts';

interface Runtime {
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly log: Pick<EventLog, 'read'>;
}
/** For tests: one that keeps everything in memory. */
type RuntimeWith = (options: { readonly clock: Clock }) => Runtime;

export const dublin = 'aws/eu-west-1/fargate';
export const frankfurt = 'aws/eu-central-1/fargate';

/** The service's real handlers over records in memory; its notes to itself are delivered when they are due. */
export class World {
  now: number;
  readonly said: Envelope[] = [];
  readonly #runtime: Runtime;
  #notes: { readonly event: Envelope; readonly dueAt: number }[] = [];
  #ids = 0;

  constructor(start: string, runtimeWith: RuntimeWith) {
    this.now = Date.parse(start);
    this.#runtime = runtimeWith({ clock: { now: () => this.now } });
  }

  async tell({ type, subject, data }: Draft): Promise<Envelope> {
    const id = `e${(this.#ids += 1)}`;
    const time = new Date((this.now += 1)).toISOString();
    const base = { specversion: '1.0', id, source: '/test', time } as const;
    const event: Envelope = { ...base, type, subject, datacontenttype: 'application/json', correlationid: id, data };
    await this.deliver(event);
    return event;
  }

  async deliver(event: Envelope): Promise<void> {
    await this.#process(event);
    await this.#due(this.now);
  }

  async #process(event: Envelope): Promise<void> {
    const { records, documents, log } = this.#runtime;
    const known = (await log.read({ limit: 10_000 })).length;
    const handler = handlers(settings).find(({ contract }) => contract.type === event.type);
    if (handler !== undefined)
      await processEvent(handler, event, { records, documents, clock: { now: () => this.now } });
    const fresh = (await log.read({ limit: 10_000 })).slice(known).map((each) => each.event);
    this.said.push(...fresh);
    for (const each of fresh) {
      const { scheduleAt, retryAt } = each.data as { readonly scheduleAt?: number; readonly retryAt?: number };
      if (/\.placement\..*-due\./.test(each.type))
        this.#notes.push({ event: each, dueAt: scheduleAt ?? retryAt ?? this.now });
    }
  }

  async #due(until: number): Promise<void> {
    for (;;) {
      this.#notes.sort((a, b) => a.dueAt - b.dueAt);
      const [next] = this.#notes;
      if (next === undefined || next.dueAt > until) return;
      this.#notes.shift();
      this.now = Math.max(this.now, next.dueAt);
      await this.#process(next.event);
    }
  }

  async until(time: string): Promise<void> {
    await this.#due(Date.parse(time));
    this.now = Date.parse(time);
  }

  async record(): Promise<ApplicationRecord | undefined> {
    return (await this.#runtime.records.get<ApplicationRecord>(applicationKey('shop')))?.value;
  }

  async web(): Promise<PlacementRecord | undefined> {
    return (await this.#runtime.records.get<PlacementRecord>(placementKey('shop', 'web')))?.value;
  }

  async replicas(): Promise<number | undefined> {
    return (await this.web())?.targets.reduce((sum, { replicas }) => sum + replicas, 0);
  }

  async at(): Promise<readonly string[] | undefined> {
    return (await this.web())?.targets.map(({ target }) => target);
  }

  async spec(): Promise<ApplicationSpec> {
    const record = await this.record();
    if (record === undefined) throw new Error('nothing was placed');
    return this.#runtime.documents.get<ApplicationSpec>(record.spec);
  }

  of(message: string): readonly Record<string, unknown>[] {
    const type = `dev.homeostasis.${message}.v1`;
    return this.said.filter((each) => each.type === type).map(({ data }) => data as Record<string, unknown>);
  }
}

export const submit = (web: Partial<ServiceSpec>): Draft =>
  applicationSubmitted.draft({
    application: 'shop',
    spec: {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name: 'shop' },
      spec: { services: [{ name: 'web', image: 'web:1', ...web }] },
    },
  });
export const scale = (replicas: number): Draft =>
  applicationScaled.draft({ application: 'shop', services: [{ name: 'web', replicas }] });
