import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call } from '../../cli/client.ts';
import { startHub, type Hub } from '../process/hub.ts';
import { application, configuration, serviceName } from './application.ts';
import { request, type Request } from './request.ts';

/** One application deployed through the real process, over HTTP, to clouds that answer at once. */
export interface Row extends Request {
  readonly services: number;
  readonly what: 'deploy' | 'redeploy unchanged' | 'scale one service';
  /** Milliseconds a service. */
  readonly perService: number;
  /** Peak of the control plane's resident memory until then, MiB; undefined where the system does not tell. */
  readonly peakMemory: number | undefined;
}

export interface Options {
  readonly sizes?: readonly number[];
  /** On which of the sizes a redeploy without change and the scaling of one service are measured, too. */
  readonly changesAt?: number;
}

/** Each size has a control plane, a sandbox and a data folder of its own; the first, small one warms nothing but the disk. */
export async function run({ sizes = [100, 1000, 3000], changesAt = 1000 }: Options = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for (const services of sizes) rows.push(...(await measure(services, services === changesAt)));
  return rows;
}

async function measure(services: number, withChanges: boolean): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-bench-'));
  const config = join(folder, 'homeostasis.yaml');
  writeFileSync(config, configuration());
  const hub = await startHub({ folder, config });
  try {
    return await requests(hub, services, withChanges);
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function requests(hub: Hub, services: number, withChanges: boolean): Promise<Row[]> {
  const spec = application(services);
  const send = (what: Call): Promise<Request> => request(hub, spec.metadata.name, what);
  const row = (what: Row['what'], figures: Request): Row => ({
    services,
    what,
    ...figures,
    perService: (figures.seconds * 1000) / services,
    peakMemory: hub.peakMemory(),
  });
  const submit = {
    method: 'POST',
    path: '/v1/applications',
    query: { file: 'estate.json' },
    body: JSON.stringify(spec),
    headers: { 'content-type': 'application/json' },
  } as const;
  const rows = [row('deploy', await send(submit))];
  if (!withChanges) return rows;
  rows.push(row('redeploy unchanged', await send(submit)));
  const scale = {
    method: 'POST',
    path: `/v1/applications/${spec.metadata.name}/scale`,
    // The second of a group stands on one target: one service scaled is one command.
    body: JSON.stringify({ services: [{ name: serviceName(1), replicas: 5 }] }),
    headers: { 'content-type': 'application/json' },
  } as const;
  rows.push(row('scale one service', await send(scale)));
  return rows;
}

export function print(rows: readonly Row[]): void {
  console.table(
    rows.map(({ services, what, seconds, perService, events, commands, processorSeconds, peakMemory }) => ({
      services,
      what,
      seconds: seconds.toFixed(2),
      'ms a service': perService.toFixed(2),
      events,
      'events/s': Math.round(events / seconds),
      commands,
      'cpu s': processorSeconds?.toFixed(1) ?? '-',
      'peak MiB': peakMemory?.toFixed(0) ?? '-',
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sizes = process.argv.slice(2).map(Number);
  print(await run(sizes.length === 0 ? {} : { sizes }));
}
