import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage, Tally } from './check.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type Variables = Readonly<Record<string, string>>;

/** The variables that a tool would take addresses, accounts or proxies from: none of the machine's own may reach a check. */
const foreign =
  /^(AWS_|CLOUDSDK_|GOOGLE_|AZURE_|ARM_|HOMEOSTASIS_|DOCKER_HOST$|CONTAINER_HOST$|(https?|all|no)_proxy$)/i;

function environmentOf(variables: Variables): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), ...variables };
}

/** Ends the process and what it started: each gets a process group of its own. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: gone already, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

export interface Result {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** Runs a program to its end; its output goes to the log. @throws Error when it cannot be started or the check is over. */
export async function run(stage: Stage, command: readonly string[], variables: Variables = {}): Promise<Result> {
  const [program = '', ...args] = command;
  stage.signal.throwIfAborted();
  const child = spawn(program, args, {
    cwd: root,
    env: environmentOf(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (): void => endGroup(child, 'SIGKILL');
  stage.signal.addEventListener('abort', end);
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit) => resolve(exit ?? 1));
    });
    stage.log(`$ ${command.join(' ')}\n${output}`);
    stage.signal.throwIfAborted();
    return { code, stdout, output };
  } finally {
    stage.signal.removeEventListener('abort', end);
  }
}

/** Like `run`. @returns its standard output. @throws Error with what it said when it does not exit with 0. */
export async function must(stage: Stage, command: readonly string[], variables: Variables = {}): Promise<string> {
  const { code, stdout, output } = await run(stage, command, variables);
  if (code === 0) return stdout;
  throw new Error(`${command.slice(0, 4).join(' ')} … ended with ${code}: ${output.trim().slice(-600)}`);
}

/** Runs a check that counts for itself: its last line is "N passed, N failed". */
export async function counted(stage: Stage, command: readonly string[], variables: Variables = {}): Promise<Tally> {
  const { code, output } = await run(stage, command, variables);
  const found = /(\d+) passed, (\d+) failed(?:, \d+ skipped)?\s*$/.exec(output);
  if (found === null) throw new Error(`${command.slice(0, 2).join(' ')} ended with ${code} and counted nothing`);
  const tally = { passed: Number(found[1]), failed: Number(found[2]) };
  if (code !== 0 && tally.failed === 0) throw new Error(`it ended with ${code}, though nothing failed`);
  if (tally.passed === 0 && tally.failed === 0) throw new Error('it checked nothing');
  return tally;
}

export interface Daemon {
  readonly pid: number;
  /** The first line, of either stream, that matches. @throws Error when it ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts a program that stays, and ends it with the check: SIGTERM, after 15 s SIGKILL. Its output goes to the log. */
export function start(stage: Stage, command: readonly string[], variables: Variables = {}): Daemon {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    env: environmentOf(variables),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const seen: string[] = [];
  const listeners = new Set<() => void>();
  const changed = (): void => listeners.forEach((listener) => listener());
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      seen.push(line);
      stage.log(`${line}\n`);
      changed();
    });
  }
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  child.once('exit', (code, signal) => {
    failure ??= new Error(
      `${command.slice(0, 3).join(' ')} ended with ${signal ?? code}: ${seen.slice(-5).join(' | ')}`,
    );
    changed();
  });
  stage.signal.addEventListener('abort', changed);
  stage.defer(() => stop(child));
  return {
    pid: child.pid ?? 0,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = seen.map((line) => pattern.exec(line)).find((each) => each !== null);
          if (found === undefined && failure === undefined && !stage.signal.aborted) return;
          listeners.delete(look);
          if (found === undefined) reject(failure ?? new Error('the check is over'));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => endGroup(child, 'SIGKILL'), 15_000);
    await gone;
    clearTimeout(late);
  }
  endGroup(child, 'SIGKILL');
}
