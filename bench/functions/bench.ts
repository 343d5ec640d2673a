import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functionsOf, type HubFunction } from '../../infra/functions.ts';
import { writeFunctions } from '../../scripts/package/hub.ts';
import { referenceOf } from '../../scripts/package/reference.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { startFunction } from '../../test/outside/lambda-runtime.ts';
import { median } from '../process/statistics.ts';
import { environmentOf } from './environment.ts';

/** A packaged function beside one that holds only the SDK clients it needs. */
export interface Row {
  readonly name: string;
  /** Of the minified bundles. */
  readonly bytes: number;
  readonly referenceBytes: number;
  /** Milliseconds from the start of AWS's runtime client to its first question for work, medians; absent where it is not installed. */
  readonly init?: { readonly ms: number; readonly referenceMs: number; readonly runs: number };
}

export interface Options {
  /** Cold starts of each, in turns with those of its reference; 0 measures bytes only. */
  readonly runs?: number;
  readonly functions?: readonly HubFunction[];
}

export async function run({ runs = 15, functions = functionsOf({ standby: {} }) }: Options = {}): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-functions-'));
  try {
    const bundles = await writeFunctions(join(folder, 'ours'), resolveSettings({}), functions, process.arch);
    const rows: Row[] = [];
    for (const each of functions) {
      const ours = bundles.get(each.name);
      if (ours === undefined) throw new Error(`${each.name} was not packaged`);
      const reference = await referenceOf(each, ours);
      const beside = join(folder, 'reference', each.name);
      mkdirSync(beside, { recursive: true });
      writeFileSync(join(beside, 'index.mjs'), reference.text);
      const init = runs === 0 ? undefined : await inTurns(each, [join(folder, 'ours', each.name), beside], runs);
      const sizes = { name: each.name, bytes: ours.bytes, referenceBytes: reference.bytes };
      rows.push({ ...sizes, ...(init === undefined ? {} : { init }) });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In turns, so that a busy moment of the machine meets both. The first of each fills the file cache and is thrown away. */
async function inTurns(
  of: HubFunction,
  [ours, reference]: readonly [string, string],
  runs: number,
): Promise<Row['init']> {
  const taken: [number[], number[]] = [[], []];
  for (let round = -1; round < runs; round++) {
    for (const [index, dir] of [ours, reference].entries()) {
      const ms = await coldStart(of, dir);
      if (round >= 0) taken[index]?.push(ms);
    }
  }
  return { ms: median(taken[0]), referenceMs: median(taken[1]), runs };
}

/** @throws Error with the function's own, when it does not start */
async function coldStart(of: HubFunction, dir: string): Promise<number> {
  const running = await startFunction({ dir, environment: environmentOf(of.name) });
  try {
    const start = await running.start();
    if ('initMs' in start) return start.initMs;
    throw new Error(`${of.name} does not start: ${JSON.stringify(start.error)}`);
  } finally {
    await running.close();
  }
}

const kib = (bytes: number): string => (bytes / 1024).toFixed(1);

export function print(rows: readonly Row[]): void {
  console.table(
    rows.map(({ name, bytes, referenceBytes, init }) => ({
      function: name,
      'bundle KiB': kib(bytes),
      'SDK only KiB': kib(referenceBytes),
      ratio: (bytes / referenceBytes).toFixed(3),
      'init ms': init?.ms.toFixed(0) ?? '',
      'SDK only ms': init?.referenceMs.toFixed(0) ?? '',
      'init ratio': init === undefined ? '' : (init.ms / init.referenceMs).toFixed(3),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print(await run());
