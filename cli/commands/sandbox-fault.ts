import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, defaultDataFolder, type Call, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { print, printJson, table } from '../output.ts';
import { mustBeKnown, unknown } from '../scope.ts';

interface FaultOptions extends ConnectionOptions {
  readonly operation?: string;
  readonly resource?: string;
  readonly rate?: string;
  readonly times?: string;
  readonly ms?: string;
  readonly json?: boolean;
}

interface Fault {
  readonly id: string;
  readonly kind: string;
  readonly cloud?: string;
  readonly region?: string;
  readonly [field: string]: unknown;
}

/** `homeostasis sandbox fault add region-down aws/eu-west-1` */
export async function add(kind: string, scope: string | undefined, options: FaultOptions): Promise<void> {
  const [cloud, region] = scope?.split('/') ?? [];
  if (scope !== undefined) await mustBeKnown(scope, 'region');
  const number = (name: 'rate' | 'times' | 'ms') => {
    const text = options[name];
    if (text === undefined) return {};
    if (Number.isNaN(Number(text)))
      throw new CliError(exitCode.badInput, `--${name}: found "${text}", expected a number`);
    return { [name]: Number(text) };
  };
  if (!kinds.includes(kind)) throw unknown('kind of fault', kind, kinds);
  const fault = {
    kind,
    ...(cloud === undefined ? {} : { cloud }),
    ...(region === undefined ? {} : { region }),
    ...(options.operation === undefined ? {} : { operation: options.operation }),
    ...(options.resource === undefined ? {} : { resource: options.resource }),
    ...number('rate'),
    ...number('times'),
    ...number('ms'),
  };
  const { body } = await sandbox<Fault>(options, {
    method: 'POST',
    path: '/faults',
    body: JSON.stringify(fault),
    headers: { 'content-type': 'application/json' },
  });
  if (options.json) return printJson(body);
  print(`${body.id}: ${describe(body)}; end it with: npx homeostasis sandbox fault clear ${body.id}`);
}

export async function list(options: FaultOptions): Promise<void> {
  const { body: faults } = await sandbox<readonly Fault[]>(options, { path: '/faults' });
  if (options.json) return printJson({ faults });
  if (faults.length === 0) return print('no faults');
  print(
    table(
      ['id', 'fault'],
      faults.map((fault) => [fault.id, describe(fault)]),
    ),
  );
}

export async function clear(id: string | undefined, options: FaultOptions): Promise<void> {
  await sandbox(options, {
    method: 'DELETE',
    path: id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`,
  });
  if (options.json) printJson({ cleared: id ?? 'all' });
  else print(id === undefined ? 'all faults are over' : `${id} is over`);
}

const kinds = ['region-down', 'api-error', 'throttle', 'capacity', 'slow-start', 'latency', 'unhealthy', 'stuck'];

function describe({ kind, cloud, region, operation, resource, rate, times, ms }: Fault): string {
  const where = [cloud, region].filter(Boolean).join('/') || 'everywhere';
  const how = [
    rate === undefined ? '' : `(${Number((Number(rate) * 100).toFixed(1))} % of calls)`,
    times === undefined ? '' : `(ends after ${Number(times)} hits)`,
    ms === undefined ? '' : `(${Number(ms)} ms)`,
  ];
  return [kind, where, operation, resource, ...how].filter(Boolean).join(' ');
}

/** The sandbox is a process of its own, with an API of its own; a local control plane writes down where it is. */
async function sandbox<T = unknown>(options: FaultOptions, what: Call) {
  const folder = options.data ?? process.env['HOMEOSTASIS_DATA'] ?? defaultDataFolder;
  const file = join(folder, 'sandbox.json');
  let url: string;
  try {
    url = (JSON.parse(readFileSync(file, 'utf8')) as { readonly control: string }).control;
  } catch {
    throw new CliError(
      exitCode.unreachable,
      `no sandbox is running here (${file} is missing): start one with "npm start"`,
    );
  }
  return call<T>({ url, token: undefined }, what);
}
