import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { call } from '../../cli/client.ts';
import type { LogEntry } from '../../cli/stream.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { rawSqlite } from '../pipeline/raw-sqlite.ts';
import { startHub, type Hub } from '../process/hub.ts';
import { application, configuration, lostRegion, regions } from './application.ts';
import { tellStorm, type Story } from './story.ts';

/** One of nine regions lost with everything that stood there. */
export interface Row {
  readonly services: number;
  readonly applications: number;
  readonly story: Story;
  readonly lostAt: number;
  /** Processor time of the control plane from the loss to the end, seconds. */
  readonly processorSeconds: number | undefined;
  readonly peakMemoryBefore: number | undefined;
  readonly peakMemory: number | undefined;
  /** Of the machine, over the last minute, before the loss and after the end. */
  readonly load: readonly [number, number];
  /** As many events in SQLite alone, in batches of a hundred, none of the work: seconds. */
  readonly rawSeconds: number;
}

const patienceMs = 180_000;

export interface Options {
  readonly services?: number;
  /** How the thousand are cut into applications. */
  readonly applications?: readonly number[];
}

export async function run({ services = 1000, applications = [1, 20] }: Options = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of applications) rows.push(await measure(services, count));
  return rows;
}

async function measure(services: number, applications: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-storm-'));
  const config = join(folder, 'homeostasis.yaml');
  writeFileSync(config, configuration());
  const hub = await startHub({ folder, config });
  try {
    return await storm(hub, services, applications);
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function storm(hub: Hub, services: number, applications: number): Promise<Row> {
  await deploy(hub, services, applications);
  const peakMemoryBefore = hub.peakMemory();
  const cpu = hub.processorSeconds() ?? NaN;
  const from = (await status(hub)).queue.published;
  const [before] = loadavg();
  const lostAt = Date.now();
  await fail(hub);
  const story = await watch(hub, { from, applications });
  const [after] = loadavg();
  const spent = (hub.processorSeconds() ?? NaN) - cpu;
  return {
    services,
    applications,
    story,
    lostAt,
    load: [before ?? NaN, after ?? NaN],
    processorSeconds: Number.isNaN(spent) ? undefined : spent,
    peakMemoryBefore,
    peakMemory: hub.peakMemory(),
    rawSeconds: rawSqlite(story.events, 100).seconds,
  };
}

/** All in one region: the others take nothing until it is done. */
async function deploy(hub: Hub, services: number, applications: number): Promise<void> {
  const others = regions.filter((region) => region !== lostRegion);
  const reason = 'the estate is made in one region';
  for (const scope of others) await say(hub, targetExcluded.draft({ scope, mode: 'cordon', reason }));
  for (let index = 0; index < applications; index++) {
    await call(hub.connection, {
      method: 'POST',
      path: '/v1/applications',
      query: { file: 'estate.json' },
      body: JSON.stringify(application(index, services / applications)),
      headers: { 'content-type': 'application/json' },
    });
  }
  await until('everything is deployed', async () => {
    const { body } = await call<{ readonly applications: readonly { readonly status: string }[] }>(hub.connection, {
      path: '/v1/applications',
    });
    return body.applications.filter((each) => each.status === 'running').length === applications;
  });
  for (const scope of others) await say(hub, targetReadmitted.draft({ scope, reason }));
  await until('nothing is at work', async () => (await status(hub)).queue.queued === 0);
}

async function say({ connection }: Hub, { type, subject, data }: Draft): Promise<void> {
  const event = { specversion: '1.0', id: crypto.randomUUID(), source: '/bench/storm', type, subject, data };
  await call(connection, {
    method: 'POST',
    path: '/v1/events',
    body: JSON.stringify({ ...event, datacontenttype: 'application/json' }),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
}

interface Status {
  readonly queue: { readonly published: number; readonly queued: number };
  readonly sandbox: { readonly control: string };
}

async function status({ connection }: Hub): Promise<Status> {
  return (await call<Status>(connection, { path: '/v1/status' })).body;
}

async function fail(hub: Hub): Promise<void> {
  const { sandbox } = await status(hub);
  const [cloud, region] = lostRegion.split('/');
  const response = await fetch(`${sandbox.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'region-down', cloud, region }),
  });
  if (response.status !== 201) throw new Error(`the fault was refused: ${await response.text()}`);
}

async function watch(
  hub: Hub,
  { from, applications }: { readonly from: number; readonly applications: number },
): Promise<Story> {
  const entries: LogEntry[] = [];
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    await read(hub, entries, from);
    const story = tellStorm(entries, lostRegion);
    if ((story.wholeAt !== undefined && story.rolledOut >= applications) || Date.now() > giveUpAt) return story;
    // Not often: whoever asks takes time from what is measured.
    await wait(1000);
  }
}

async function read({ connection }: Hub, entries: LogEntry[], from: number): Promise<void> {
  for (;;) {
    const query: Readonly<Record<string, number>> = { after: entries.at(-1)?.sequence ?? from, limit: 1000 };
    const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
    entries.push(...body.events);
    if (body.events.length < 1000) return;
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
    await wait(250);
  }
}

export function print(rows: readonly Row[]): void {
  for (const { story, ...row } of rows) {
    const since = (at: number | undefined): string =>
      at === undefined || story.decidedAt === undefined || !Number.isFinite(at)
        ? '-'
        : `${((at - story.decidedAt) / 1000).toFixed(2)} s`;
    const { critical, standard, 'best-effort': bestEffort } = story.commands;
    console.log(
      `${row.services} services in ${row.applications} applications, ${lostRegion} lost; from the decision to`,
    );
    console.table({
      'first placement': since(story.firstPlacedAt),
      [`last of ${critical.count} critical commands, durable`]: since(critical.durableAt),
      [`last of ${standard.count} standard commands, durable`]: since(standard.durableAt),
      [`last of ${bestEffort.count} best-effort commands, durable`]: since(bestEffort.durableAt),
      'last deployment ready': since(story.readyAt),
      'last traffic shifted': since(story.shiftedAt),
      'last rollout completed': since(story.rolledOutAt),
      'recovery completed': since(story.wholeAt),
      'loss to decision':
        story.decidedAt === undefined ? '-' : `${((story.decidedAt - row.lostAt) / 1000).toFixed(2)} s`,
      'targets they went to': story.spread,
      'load of the machine': row.load.map((each) => each.toFixed(1)).join(' to '),
      events: story.events,
      'the same events in SQLite alone': `${row.rawSeconds.toFixed(2)} s`,
      'processor time': `${row.processorSeconds?.toFixed(1) ?? '-'} s`,
      'peak memory before / after': `${row.peakMemoryBefore?.toFixed(0) ?? '-'} / ${row.peakMemory?.toFixed(0) ?? '-'} MiB`,
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [services = 1000, ...applications] = process.argv.slice(2).map(Number);
  print(await run({ services, ...(applications.length === 0 ? {} : { applications }) }));
}
