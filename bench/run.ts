import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import * as anomalies from './anomalies/bench.ts';
import { verdicts as judgeAnomalies } from './anomalies/verdicts.ts';
import * as cost from './cost/bench.ts';
import { verdicts as judgeCost } from './cost/verdicts.ts';
import * as deploy from './deploy/bench.ts';
import { verdicts as judgeDeploy } from './deploy/verdicts.ts';
import * as failover from './failover/bench.ts';
import { verdicts as judgeFailover } from './failover/verdicts.ts';
import * as functions from './functions/bench.ts';
import { verdicts as judgeFunctions } from './functions/verdicts.ts';
import { verdicts as judgeHub } from './hub/verdicts.ts';
import * as pipeline from './pipeline/bench.ts';
import { verdicts as judgePipeline } from './pipeline/verdicts.ts';
import * as placement from './placement/bench.ts';
import { verdicts as judgePlacement } from './placement/verdicts.ts';
import * as plan from './plan/bench.ts';
import { verdicts as judgePlan } from './plan/verdicts.ts';
import * as storm from './storm/bench.ts';
import { verdicts as judgeStorm } from './storm/verdicts.ts';
import { hasRuntimeClient } from '../test/outside/lambda-runtime.ts';
import { tell, type Verdict } from './verdict.ts';

const usage = `npm run bench -- [placement|anomalies|pipeline|deploy|plan|functions|cost|hub|failover|storm …] [--quick] [--json FILE]
  --quick       samples: 2 seeds instead of 10 and 1 instead of 20 for placement, fewer rounds elsewhere
  --json FILE   the same figures as JSON`;

interface Measured {
  readonly rows: readonly object[];
  readonly verdicts: readonly Verdict[];
}

interface Part {
  /** On a machine of two cores: for the whole promise, and for the samples of --quick. */
  readonly minutes: { readonly whole: number; readonly quick: number };
  /** Prints its own table as it goes. */
  readonly measure: (quick: boolean) => Promise<Measured>;
}

/** The quick ones come first. */
const parts: Readonly<Record<string, Part>> = {
  plan: {
    minutes: { whole: 1, quick: 0.5 },
    measure: async (quick) => {
      const rows = await plan.run({ runs: quick ? 15 : 40 });
      plan.print(rows);
      return { rows, verdicts: judgePlan(rows) };
    },
  },
  pipeline: {
    minutes: { whole: 1, quick: 0.5 },
    measure: async (quick) => {
      const rows = await pipeline.run({ rounds: quick ? 3 : 7 });
      pipeline.print(rows);
      return { rows, verdicts: judgePipeline(rows) };
    },
  },
  deploy: {
    minutes: { whole: 1, quick: 1 },
    measure: async () => {
      const rows = await deploy.run();
      deploy.print(rows);
      return { rows, verdicts: judgeDeploy(rows) };
    },
  },
  functions: {
    minutes: { whole: 2, quick: 1 },
    measure: async (quick) => {
      // Without AWS's runtime client the bytes are measured still.
      const rows = await functions.run({ runs: hasRuntimeClient() ? (quick ? 5 : 15) : 0 });
      functions.print(rows);
      return { rows, verdicts: judgeFunctions(rows) };
    },
  },
  cost: {
    minutes: { whole: 6, quick: 1 },
    measure: async (quick) => {
      const rows = await cost.measure({ quick });
      cost.print(rows);
      return { rows, verdicts: judgeCost(rows) };
    },
  },
  hub: {
    minutes: { whole: 4, quick: 4 },
    measure: async () => {
      // Loaded when it is asked for: it brings the CDK.
      const hub = await import('./hub/bench.ts');
      const lack = hub.lack();
      const rows = lack === undefined ? await hub.run() : [];
      hub.print(rows);
      return { rows, verdicts: judgeHub(rows, lack) };
    },
  },
  anomalies: {
    minutes: { whole: 0.5, quick: 0.2 },
    measure: (quick) => {
      const rows = anomalies.run({ perKind: quick ? 15 : 60 });
      anomalies.print(rows);
      return Promise.resolve({ rows, verdicts: judgeAnomalies(rows) });
    },
  },
  failover: {
    minutes: { whole: 12, quick: 6 },
    measure: async (quick) => {
      const rows = await failover.run({ quick });
      failover.print(rows);
      return { rows, verdicts: judgeFailover(rows) };
    },
  },
  storm: {
    minutes: { whole: 3, quick: 2 },
    measure: async (quick) => {
      const rows = await storm.run(quick ? { applications: [20] } : {});
      storm.print(rows);
      return { rows, verdicts: judgeStorm(rows) };
    },
  },
  placement: {
    minutes: { whole: 20, quick: 3 },
    measure: async (quick) => {
      const rows = await placement.run({ quick });
      return { rows, verdicts: judgePlacement(rows) };
    },
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

function read() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const unknown = positionals.find((name) => !(name in parts));
    if (unknown === undefined) return { ...values, names: positionals };
    throw new RangeError(`"${unknown}" is no part of the bench`);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const { quick = false, json, help = false, names } = read();
if (help) {
  console.log(usage);
  process.exit(0);
}
const chosen = Object.entries(parts).filter(([name]) => names.length === 0 || names.includes(name));
const minutes = chosen.reduce((sum, [, part]) => sum + part.minutes[quick ? 'quick' : 'whole'], 0);
console.log(
  `${chosen.map(([name]) => name).join(', ')}: about ${Math.ceil(minutes)} minutes${quick ? ', samples only' : ''}` +
    (quick || minutes < 10 ? '' : ', nearly all of them for HiGHS to prove the optimum (--quick takes samples)'),
);
const about = machine();
console.log(
  `${about.cores} cores (${about.processor}), ${about.memoryGib} GiB, Node ${about.node}, ${about.platform}, load ${about.loadBefore} before`,
);
const measured: Record<string, Measured & { readonly seconds: number }> = {};
for (const [name, { measure }] of chosen) {
  console.log(`\n${name}`);
  const started = performance.now();
  const result = await measure(quick);
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
