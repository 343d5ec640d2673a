import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import * as deploy from './deploy/bench.ts';
import { verdicts as judgeDeploy } from './deploy/verdicts.ts';
import * as pipeline from './pipeline/bench.ts';
import { verdicts as judgePipeline } from './pipeline/verdicts.ts';
import * as placement from './placement/bench.ts';
import { verdicts as judgePlacement } from './placement/verdicts.ts';
import * as plan from './plan/bench.ts';
import { verdicts as judgePlan } from './plan/verdicts.ts';
import type { Verdict } from './verdict.ts';

const usage = `npm run bench -- [placement|pipeline|deploy|plan …] [--full] [--json FILE]
  --full        every seed that the project's promises name: more than an hour, because of HiGHS
  --json FILE   the same figures as JSON`;

interface Measured {
  readonly rows: readonly object[];
  readonly verdicts: readonly Verdict[];
}

/** Each prints its own table as it goes. The quick ones come first. */
const parts: Readonly<Record<string, (full: boolean) => Promise<Measured>>> = {
  plan: async (full) => {
    const rows = await plan.run({ runs: full ? 40 : 15 });
    plan.print(rows);
    return { rows, verdicts: judgePlan(rows) };
  },
  pipeline: async (full) => {
    const rows = await pipeline.run({ rounds: full ? 7 : 3 });
    pipeline.print(rows);
    return { rows, verdicts: judgePipeline(rows) };
  },
  deploy: async () => {
    const rows = await deploy.run();
    deploy.print(rows);
    return { rows, verdicts: judgeDeploy(rows) };
  },
  placement: async (full) => {
    const rows = await placement.run({ full });
    return { rows, verdicts: judgePlacement(rows) };
  },
};

function machine() {
  const [first] = cpus();
  return {
    date: new Date().toISOString(),
    cores: availableParallelism(),
    processor: first?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    // Above the number of cores before we begin, others are at work, and every absolute figure is too slow.
    loadBefore: Number(loadavg()[0]?.toFixed(1)),
  };
}

function tell(verdicts: readonly Verdict[]): void {
  console.table(
    verdicts.map(({ what, target, figure, ratio = '', verdict }) => ({ what, target, figure, ratio, verdict })),
  );
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { full: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const unknown = positionals.find((name) => !(name in parts));
    if (unknown === undefined) return { ...values, names: positionals };
    throw new RangeError(`"${unknown}" is no part of the bench`);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const { full = false, json, help = false, names } = read();
if (help) {
  console.log(usage);
  process.exit(0);
}
const about = machine();
console.log(
  `${about.cores} cores (${about.processor}), ${about.memoryGib} GiB, Node ${about.node}, ${about.platform}, load ${about.loadBefore} before`,
);
const measured: Record<string, Measured & { readonly seconds: number }> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n${name}`);
  const started = performance.now();
  const result = await measure(full);
  tell(result.verdicts);
  measured[name] = { ...result, seconds: Math.round((performance.now() - started) / 1000) };
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: about, parts: measured }, null, 2)}\n`);
const missed = Object.values(measured).flatMap(({ verdicts }) =>
  verdicts.filter(({ verdict }) => verdict === 'not met'),
);
console.log(
  missed.length === 0
    ? '\nnothing that was measured is not met'
    : `\nnot met: ${missed.map(({ what }) => what).join('; ')}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
