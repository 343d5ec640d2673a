import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../process/statistics.ts';
import type { Measurement } from './child.ts';

export interface Row {
  readonly format: 'csv' | 'parquet';
  readonly rows: number;
  readonly megabytes: number;
  readonly ours: Measurement;
  /** One statement of the engine at the same grain, over the same files, in turn with ours. */
  readonly bare: Measurement;
  /** One sum by day and service: what reading the file alone costs. */
  readonly narrow: Measurement;
}

const run = promisify(execFile);
const child = fileURLToPath(new URL('child.ts', import.meta.url));

/** A month of three clouds and 200 services: import and the whole report, beside the engine's package on the same files. */
export async function measure({ quick }: { readonly quick: boolean }): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-month-'));
  const rows = quick ? 1_500_000 : 5_000_000;
  try {
    // Loaded when it is asked for: it brings the engine.
    const { writeMonth } = await import('./generate.ts');
    const files = await writeMonth({ folder, rows, services: 200 });
    const found: Row[] = [];
    for (const format of ['parquet', 'csv'] as const) {
      const bytes = files
        .filter((each) => each.format === format)
        .reduce((sum, { path }) => sum + statSync(path).size, 0);
      found.push({ format, rows, megabytes: bytes / 1e6, ...(await inTurns(format, folder, quick ? 1 : 3)) });
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In turn, three times for the whole promise, so that what else runs on the machine meets both; the middle one counts. */
async function inTurns(
  format: Row['format'],
  folder: string,
  rounds: number,
): Promise<Pick<Row, 'ours' | 'bare' | 'narrow'>> {
  const [ours, bare]: [Measurement[], Measurement[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    bare.push(await once('bare', format, folder));
    ours.push(await once('ours', format, folder));
  }
  return { ours: middle(ours), bare: middle(bare), narrow: await once('narrow', format, folder) };
}

async function once(what: string, format: string, folder: string): Promise<Measurement> {
  const { stdout } = await run(process.execPath, [child, what, format, folder], { maxBuffer: 2 ** 20 });
  return JSON.parse(stdout) as Measurement;
}

function middle(all: readonly Measurement[]): Measurement {
  return {
    ms: median(all.map(({ ms }) => ms)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    micros: all[0]?.micros ?? NaN,
    reconciles: all.every(({ reconciles, micros }) => reconciles && micros === all[0]?.micros),
    peakMib: all.some(({ peakMib }) => peakMib === undefined)
      ? undefined
      : Math.max(...all.map(({ peakMib = 0 }) => peakMib)),
  };
}

export function print(rows: readonly Row[]): void {
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  console.table(
    rows.map(({ format, rows: count, megabytes, ours, bare, narrow }) => ({
      format,
      rows: count,
      MB: Math.round(megabytes),
      'ours s': seconds(ours.ms),
      'bare s': seconds(bare.ms),
      'narrow s': seconds(narrow.ms),
      'ours cpu s': seconds(ours.cpuMs),
      'bare cpu s': seconds(bare.cpuMs),
      'ours MiB': ours.peakMib?.toFixed(0) ?? '?',
      'bare MiB': bare.peakMib?.toFixed(0) ?? '?',
    })),
  );
}
