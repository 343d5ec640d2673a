import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A function's host, running as a program of its own that knows nothing but its environment. */
export interface Host {
  readonly url: string;
  /** What it has written so far, both streams: what it logged. */
  readonly output: () => string;
  close(): Promise<void>;
}

export interface HostOptions {
  /** The module that holds the function: `services/…/main.*.ts`, or a packaged `index.mjs`. */
  readonly entry: string | URL;
  /** All it gets besides PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Program {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const announced = /^listening on (http:\S+)$/m;
const longestStartMs = 30_000;

export const pathOf = (entry: string | URL): string => (entry instanceof URL ? fileURLToPath(entry) : entry);

/** Runs Node, and waits for the line that says where it listens. @throws Error with its output when it ends before, or takes too long. */
export async function startProgram(program: Program): Promise<Host> {
  const child = spawn(process.execPath, program.arguments, {
    env: { PATH: process.env['PATH'], ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => give('does not say where it listens'), longestStartMs);
    const give = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${program.arguments.join(' ')} ${why}:\n${written}`));
    };
    const read = (chunk: Buffer) => {
      written += chunk.toString();
      const [, found] = announced.exec(written) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => {
      clearTimeout(timer);
      give(`ended with ${code}`);
    });
  });
  return {
    url,
    output: () => written,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}
