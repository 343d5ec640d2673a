import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { command, startHub } from '../process/hub.ts';
import { median, quantile } from '../process/statistics.ts';

/** Whole commands, from fork to exit, with the control plane running. */
export interface Row {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly p90: number;
  readonly runs: number;
  /** Median over that of `node -e 0`, taken in turns with it. */
  readonly ratio: number;
}

export interface Options {
  readonly runs?: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples', 'shop.yaml');

/** The rows take turns, so that a busy moment of the machine meets all of them. */
export async function run({ runs = 15 }: Options = {}): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-bench-'));
  const config = join(folder, 'homeostasis.yaml');
  writeFileSync(config, '{}\n');
  const hub = await startHub({ folder, config });
  try {
    const { url, token = '' } = hub.connection;
    const environment = { ...process.env, HOMEOSTASIS_URL: url, HOMEOSTASIS_TOKEN: token };
    return table(await inTurns(runs, commandsFor(process.execPath), environment));
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Command = readonly [program: string, ...words: string[]];

function commandsFor(node: string): Readonly<Record<string, Command>> {
  return {
    'node -e 0': [node, '-e', '0'],
    'homeostasis plan examples/shop.yaml': [node, command, 'plan', example],
    'npx homeostasis plan examples/shop.yaml': ['npx', '--no-install', 'homeostasis', 'plan', example],
  };
}

async function inTurns(
  runs: number,
  commands: Readonly<Record<string, Command>>,
  environment: NodeJS.ProcessEnv,
): Promise<Map<string, number[]>> {
  const taken = new Map<string, number[]>();
  // The first round fills the compile cache and warms the control plane; it is thrown away.
  for (let round = -1; round < runs; round++) {
    for (const [name, words] of Object.entries(commands)) {
      const milliseconds = await time(words, environment);
      if (round >= 0) taken.set(name, [...(taken.get(name) ?? []), milliseconds]);
    }
  }
  return taken;
}

/** @throws Error when the command fails: the time of a failure is not a figure. */
function time([program, ...words]: Command, env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, words, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`${program} ${words.join(' ')} ended with ${code}: ${said}`));
    });
  });
}

function table(taken: ReadonlyMap<string, readonly number[]>): Row[] {
  const base = median(taken.get('node -e 0') ?? []);
  return [...taken].map(([name, values]) => ({
    name,
    median: median(values),
    p90: quantile(values, 0.9),
    runs: values.length,
    ratio: median(values) / base,
  }));
}

export function print(rows: readonly Row[]): void {
  console.table(
    rows.map(({ name, median: middle, p90, runs, ratio }) => ({
      command: name,
      'median ms': Math.round(middle),
      'p90 ms': Math.round(p90),
      runs,
      'times node -e 0': ratio.toFixed(1),
    })),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print(await run());
