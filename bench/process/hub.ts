import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../../cli/client.ts';

export const command = fileURLToPath(new URL('../../cli/bin/homeostasis.mjs', import.meta.url));

/** A control plane in a process of its own, with instant clouds in another: what a user starts, and nothing else. */
export interface Hub {
  readonly connection: Connection;
  readonly folder: string;
  /** Largest resident memory of the control plane so far, MiB; the sandbox is another process and not in it. */
  peakMemory(): number | undefined;
  /** Seconds of processor time the control plane has used. */
  processorSeconds(): number | undefined;
  close(): Promise<void>;
}

export interface HubOptions {
  /** Of its own; it is the caller's to remove. */
  readonly folder: string;
  readonly config: string;
  /** How the clouds are; instant and without workloads unless somebody wants more. */
  readonly sandbox?: readonly string[];
}

const instantClouds = ['--speed', 'instant', '--workloads', 'none'] as const;

/** @throws Error with what the process said, when it does not come up. */
export async function startHub({ folder, config, sandbox = instantClouds }: HubOptions): Promise<Hub> {
  const options = [...sandbox, '--port', '0', '--gateway-port', '0', '--quiet'];
  const child = spawn(
    process.execPath,
    [command, 'serve', '--sandbox', '--config', config, '--data', folder, ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder },
  );
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const { url } = await readyLine(child, said);
  return {
    connection: { url, token: readFileSync(join(folder, 'token'), 'utf8').trim() },
    folder,
    peakMemory: () => peakMemory(child),
    processorSeconds: () => processorSeconds(child),
    close: () => close(child),
  };
}

function readyLine(child: ChildProcess, said: readonly string[]): Promise<{ readonly url: string }> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('the control plane has no output'));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as { url: string }));
    child.once('exit', (code) => reject(new Error(`the control plane ended with code ${code}: ${said.join('')}`)));
  });
}

/** Linux keeps the high-water mark itself; elsewhere there is no figure rather than a wrong one. */
function peakMemory({ pid }: ChildProcess): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(procFile(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function processorSeconds({ pid }: ChildProcess): number | undefined {
  // The name, in brackets, may hold anything: fields are counted behind it. Linux counts in hundredths of a second.
  const fields = procFile(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / 100;
}

function procFile(pid: number | undefined, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // No /proc on this system, or the process is gone: there is no figure, and the table says so.
    return undefined;
  }
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
