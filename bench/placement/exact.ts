import { fork } from 'node:child_process';
import type { InstanceKey } from './instance.ts';

/** What HiGHS proved: the true optimum lies between `bound` and `objective`. */
export interface Exact {
  /** `optimal` to the relative gap asked for, `time limit`, or what happened instead. */
  readonly status: string;
  readonly objective?: number;
  /** Left out where nothing was proved. */
  readonly bound?: number;
  /** Of the solve alone: neither starting the process nor building the model is held against HiGHS. */
  readonly seconds?: number;
  readonly columns?: number;
}

export interface Accuracy {
  readonly relativeGap: number;
  /** Seconds. */
  readonly timeLimit: number;
  /**
   * Only the bound is asked for, and HiGHS begins with this placement: per service, positions in its candidates. It shortens the
   * proof and cannot weaken it, but HiGHS's time is then no longer that of HiGHS alone.
   */
  readonly start?: readonly (readonly number[])[];
}

/** Never rejects: a crashed or aborted solver is a row in the table that says so. */
export async function solveExactly(key: InstanceKey, accuracy: Accuracy): Promise<Exact> {
  const first = await solveOnce(key, accuracy);
  if (first.bound !== undefined) return first;
  // More of the same work would end at the same time limit.
  if (first.status === 'time limit') return first;
  // HiGHS in WebAssembly sometimes runs out of memory on the last stretch of the proof; a wider gap ends before that.
  const second = await solveOnce(key, { ...accuracy, relativeGap: 5 * accuracy.relativeGap });
  const again =
    second.status === first.status ? 'at 5 times the gap, too' : `at 5 times the gap, after: ${first.status}`;
  return { ...second, status: `${second.status}, ${again}` };
}

function solveOnce(key: InstanceKey, accuracy: Accuracy): Promise<Exact> {
  return new Promise((resolve) => {
    const child = fork(new URL('./exact-worker.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let reply: Exact | undefined;
    let trace = '';
    child.stderr?.on('data', (chunk: Buffer) => (trace += chunk.toString()));
    child.on('message', (message) => (reply = message as Exact));
    child.on('error', (error) => resolve({ status: `HiGHS did not start: ${error.message}` }));
    child.on('exit', (code, signal) => {
      const lost = `HiGHS ended with ${signal ?? String(code)}: ${trace.split('\n')[0] ?? ''}`;
      resolve(reply ?? { status: lost });
    });
    child.send({ key, ...accuracy });
  });
}
