import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { solve } from '../../shared/domain/solver/index.ts';
import { tell } from '../verdict.ts';
import { instance } from './instance.ts';
import { measure, print, say } from './rows.ts';
import type { Row } from './rows.ts';
import { TARGETS, verdicts } from './verdicts.ts';

/**
 * Placement against the optimum: `node bench/placement/bench.ts [--quick] [--only alike|alone|large|linked]`. Nothing is
 * cached, and nearly all of the time is HiGHS's. What the instances are is said in instance.ts.
 */
export interface BenchOptions {
  /** Samples: two seeds alone and one linked. */
  readonly quick?: boolean;
  readonly only?: Part;
}

const PARTS = ['alike', 'alone', 'large', 'linked'] as const;
type Part = (typeof PARTS)[number];

const SAMPLE = { alone: 2, large: 1, linked: 1 } as const;
const SPARE = 3;

/**
 * HiGHS stops at a gap of 1e-4 unless told otherwise: that is what "times faster" is measured against. Linked instances are held
 * against the bound alone, which need not be as close: alone, and to 1e-3, HiGHS takes up to eight minutes for one of them.
 */
const METHODS = {
  alike: { runs: 5, accuracy: { relativeGap: 1e-4, timeLimit: 600 } },
  alone: { runs: 5, accuracy: { relativeGap: 1e-4, timeLimit: 600 } },
  large: { runs: 5 },
  linked: { runs: 1, boundOnly: true, accuracy: { relativeGap: 5e-3, timeLimit: 600 } },
} as const;
const SERVICES = { alone: 500, large: 2000, linked: 200 } as const;

/** One row per size; there is nothing to draw. */
async function measureAlike(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const services of [50, 300, 2000]) {
    const row = await measure({ services, seed: 1, linked: false, alike: true }, METHODS.alike);
    rows.push(row);
    say(row);
  }
  return rows;
}

async function measureSeeds(part: keyof typeof SERVICES, seeds: number): Promise<Row[]> {
  const rows: Row[] = [];
  let compared = 0;
  // A seed on which HiGHS aborts stays in the table and another is drawn, up to SPARE times: never chosen by our result.
  for (let seed = 1; compared < seeds && seed <= seeds + SPARE; seed += 1) {
    const row = await measure({ services: SERVICES[part], seed, linked: part === 'linked' }, METHODS[part]);
    rows.push(row);
    if (row.off !== undefined) compared += 1;
    say(row);
  }
  return rows;
}

/** Measures, prints a table for each part and returns the rows; verdicts.ts judges them. */
export async function run({ quick = false, only }: BenchOptions = {}): Promise<Row[]> {
  // Placement lives in a process that stays up: the first call's compilation is not what a user waits for.
  solve(instance({ services: 100, seed: 99, linked: false }));
  const all: Row[] = [];
  for (const part of PARTS.filter((each) => only === undefined || each === only)) {
    const rows =
      part === 'alike' ? await measureAlike() : await measureSeeds(part, quick ? SAMPLE[part] : TARGETS[part].seeds);
    print(rows);
    all.push(...rows);
  }
  return all;
}

function parsePart(value: string | undefined): Part | undefined {
  const part = PARTS.find((each) => each === value);
  if (part === undefined && value !== undefined) throw new RangeError(`--only is "${value}"; give ${PARTS.join(', ')}`);
  return part;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
  const only = parsePart(values.only);
  tell(verdicts(await run({ quick: values.quick ?? false, ...(only ? { only } : {}) })));
}
