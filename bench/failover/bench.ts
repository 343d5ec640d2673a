import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { call } from '../../cli/client.ts';
import type { LogEntry } from '../../cli/stream.ts';
import { quantile } from '../process/statistics.ts';
import { startHub, type Hub } from '../process/hub.ts';
import { application, applicationName, configuration, serviceName, type Probes, type Stand } from './application.ts';
import { generate } from './generator.ts';
import type { Answered } from './load.ts';
import { peers } from './peers.ts';
import { tellStory, type Story } from './story.ts';

/** A region lost under a steady load, as clients saw it. */
export interface Row {
  readonly probes: Probes;
  readonly stand: Stand;
  readonly region: string;
  /** Seconds after the loss; undefined: not within the time that was watched. */
  readonly detected: number | undefined;
  readonly moved: number | undefined;
  readonly whole: number | undefined;
  /** In the minute around the loss. */
  readonly requests: number;
  readonly failed: number;
  /** Of requests that may be repeated, begun after the detection. */
  readonly failedAfterDetection: number;
  readonly p99Before: number;
  readonly p99After: number;
  /** The same requests, as `traffic.measured` tells of them. */
  readonly gateway: { readonly requests: number; readonly failed: number };
  readonly generator: { readonly requests: number; readonly failed: number };
  /** What the failures were: how many of each. */
  readonly failures: Readonly<Record<string, number>>;
}

const rate = 200;
/** Looks at what is well slow down: the loss comes when they have. */
const settleSeconds = 20;
const beforeSeconds = 30;
const afterSeconds = 60;
/** Until the gateway has told of its last requests. */
const windowSeconds = 11;
/** For what happens after the load has ended. */
const longestSeconds = 120;

export interface Options {
  readonly quick: boolean;
}

export async function run({ quick }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  const stands: readonly Stand[] = ['two clouds and a warm standby', 'one target and a warm standby'];
  for (const stand of quick ? stands.slice(0, 1) : stands)
    for (const probes of ['default settings', 'fast probes'] as const) rows.push(await measure(stand, probes));
  return rows;
}

async function measure(stand: Stand, probes: Probes): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-failover-'));
  const config = join(folder, 'homeostasis.yaml');
  writeFileSync(config, configuration(probes));
  const hub = await startHub({ folder, config, sandbox: ['--speed', 'fast', '--workloads', 'process'] });
  try {
    return await lose(hub, stand, probes);
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lose(hub: Hub, stand: Stand, probes: Probes): Promise<Row> {
  const { control, gatewayPort } = await start(hub, stand);
  const host = `${serviceName}.${applicationName}.localhost`;
  await wait(settleSeconds * 1000);
  const seconds = beforeSeconds + afterSeconds;
  const load = generate({ port: gatewayPort, host, rate, seconds, postEvery: 10 });
  await wait(beforeSeconds * 1000);
  const region = await busiestRegion(hub);
  const lostAt = Date.now();
  await fail(control, region);
  const answered = await load;
  const story = await watch(hub, region, lostAt);
  await wait(windowSeconds * 1000);
  return rowOf({ probes, stand, region, story, answered, gateway: await measuredByGateway(hub) });
}

interface Status {
  readonly gateway: { readonly port: number };
  readonly sandbox: { readonly control: string };
}

async function start({ connection }: Hub, stand: Stand) {
  await call(connection, {
    method: 'POST',
    path: '/v1/applications',
    query: { file: 'failover.json' },
    body: JSON.stringify(application(stand)),
    headers: { 'content-type': 'application/json' },
  });
  const { body } = await call<Status>(connection, { path: '/v1/status' });
  await until(async () => (await split({ connection })).length >= (stand.startsWith('two') ? 3 : 2));
  return { control: body.sandbox.control, gatewayPort: body.gateway.port };
}

interface Route {
  readonly target: string;
  readonly weight: number;
}

async function split({ connection }: Pick<Hub, 'connection'>): Promise<readonly Route[]> {
  const { body } = await call<{ readonly splits: readonly { readonly routes: readonly Route[] }[] }>(connection, {
    path: '/v1/traffic',
    query: { application: applicationName },
  });
  return body.splits[0]?.routes ?? [];
}

async function busiestRegion(hub: Hub): Promise<string> {
  const [most] = [...(await split(hub))].sort((a, b) => b.weight - a.weight);
  return (most?.target ?? '').split('/').slice(0, 2).join('/');
}

async function fail(control: string, scope: string): Promise<void> {
  const [cloud, region] = scope.split('/');
  const response = await fetch(`${control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'region-down', cloud, region }),
  });
  if (response.status !== 201) throw new Error(`the fault was refused: ${await response.text()}`);
}

async function watch(hub: Hub, region: string, lostAt: number): Promise<Story> {
  let story = tellStory(await log(hub), region, lostAt);
  const giveUpAt = Date.now() + longestSeconds * 1000;
  while (story.wholeAt === undefined && Date.now() < giveUpAt) {
    await wait(1000);
    story = tellStory(await log(hub), region, lostAt);
  }
  return story;
}

async function log({ connection }: Hub): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const query: Readonly<Record<string, number>> = { after, limit: 1000 };
    const { body } = await call<{ readonly events: readonly LogEntry[]; readonly next?: number }>(connection, {
      path: '/v1/events',
      query,
    });
    found.push(...body.events);
    after = body.events.length < 1000 ? undefined : body.next;
  }
  return found;
}

interface Measured {
  readonly services: readonly { readonly requests: number; readonly failed: number }[];
}

async function measuredByGateway(hub: Hub): Promise<Row['gateway']> {
  const windows = (await log(hub)).filter(({ event }) => event.type.includes('.traffic.measured.'));
  const all = windows.flatMap(({ event }) => (event.data as Measured).services);
  const sum = (of: 'requests' | 'failed'): number => all.reduce((total, each) => total + each[of], 0);
  return { requests: sum('requests'), failed: sum('failed') };
}

interface Told extends Pick<Row, 'probes' | 'stand' | 'region' | 'gateway'> {
  readonly story: Story;
  readonly answered: readonly Answered[];
}

function rowOf({ story, answered, ...told }: Told): Row {
  const { lostAt, detectedAt, movedAt, wholeAt } = story;
  const after = (at: number | undefined): number | undefined => (at === undefined ? undefined : (at - lostAt) / 1000);
  const minute = answered.filter(({ at }) => Math.abs(at - lostAt) <= 30_000);
  const hasFailed = ({ status }: Answered): boolean => status === 0 || status >= 500;
  const late = answered.filter(({ at, idempotent }) => idempotent && at >= (detectedAt ?? lostAt));
  const p99 = (of: readonly Answered[]): number =>
    quantile(
      of.map(({ ms }) => ms),
      0.99,
    );
  return {
    ...told,
    detected: after(detectedAt),
    moved: after(movedAt),
    whole: after(wholeAt),
    requests: minute.length,
    failed: minute.filter(hasFailed).length,
    failedAfterDetection: late.filter(hasFailed).length,
    p99Before: p99(minute.filter(({ at }) => at < lostAt)),
    p99After: p99(minute.filter(({ at }) => at >= lostAt)),
    failures: countBy(
      answered.filter(hasFailed).map(({ status, idempotent, error, at }) => {
        const when = at < lostAt ? 'before' : at < (movedAt ?? Infinity) ? 'until moved' : 'after';
        return `${idempotent ? 'GET' : 'POST'} ${error ?? status} ${when}`;
      }),
    ),
    generator: { requests: answered.length, failed: answered.filter(hasFailed).length },
  };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + longestSeconds * 1000;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`the service did not come up within ${longestSeconds} s`);
    await wait(250);
  }
}

export function print(rows: readonly Row[]): void {
  const seconds = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));
  console.table(
    rows.map((row) => ({
      stand: row.stand,
      probes: row.probes,
      'detected s': seconds(row.detected),
      'moved s': seconds(row.moved),
      'whole again s': seconds(row.whole),
      'failed %': ((row.failed * 100) / row.requests).toFixed(3),
      'after detection': row.failedAfterDetection,
      'p99 ms': `${row.p99Before} / ${row.p99After}`,
      'gateway counted': `${row.gateway.requests}, ${row.gateway.failed} failed`,
      'generator counted': `${row.generator.requests}, ${row.generator.failed} failed`,
    })),
  );
  for (const { stand, probes, failures } of rows) console.log(`failed, ${stand}, ${probes}:`, failures);
  console.log('published defaults of others, from the loss to their reaction (nothing of it run here):');
  console.table(peers);
}
