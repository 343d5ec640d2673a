import { spawn, type ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError, exitCode } from '../exit.ts';

export interface SandboxEndpoints {
  readonly aws: string;
  readonly azure: string;
  readonly gcp: string;
  readonly control: string;
  /** PEM of the sandbox's own certificate authority. */
  readonly ca: string;
  readonly workloads: string;
}

export interface SandboxProcess extends SandboxEndpoints {
  /** Absent when somebody else started it. */
  readonly pid?: number | undefined;
  /** Resolves with a reason when the sandbox ends by itself. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

export interface ReadyLine {
  readonly endpoints: {
    readonly aws: { readonly ecs: string };
    readonly azure: { readonly arm: string };
    readonly gcp: { readonly run: string };
    readonly control: { readonly url: string };
  };
  readonly ca: string;
  readonly workloads: { readonly kind: string; readonly reason: string };
}

function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  // Below the folder that was asked for there is one for each version of Node.
  const own = getCompileCacheDir();
  return own === undefined ? {} : { NODE_COMPILE_CACHE: dirname(own) };
}

/** Characters kept of what the sandbox says on stderr. */
const longestReason = 4000;

export interface SandboxStart {
  readonly speed: string;
  readonly workloads: string;
  readonly ports: Readonly<Record<string, number>>;
}

/**
 * The sandbox runs in a process of its own: it is the outside world, and must be able to go on while the control plane is killed
 * and started again in a test. Holding its stdin ties its life to ours, however ours ends.
 */
export async function startSandbox(options: SandboxStart): Promise<SandboxProcess> {
  const program = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));
  const ports = Object.entries(options.ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
  const child = spawn(
    process.execPath,
    [program, '--speed', options.speed, '--workloads', options.workloads, ...ports],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C on a terminal goes to the whole group: the sandbox must outlive the control plane's orderly end.
      detached: true,
      // It is ours as well: what its modules are compiled to is kept beside.
      env: { ...process.env, ...compileCache() },
    },
  );
  // Its end, for whatever reason, is told with the last it said; what it said before may be a day of warnings.
  let complaints = '';
  const said = (): string => complaints.trim();
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaints = (complaints + text).slice(-longestReason)));
  // Listened for from the start: it may end between its first line and our next turn.
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) =>
      resolve(`the sandbox ended with ${signal ?? `code ${code}`} ${said().slice(-500)}`.trim()),
    ),
  );
  const ready = await firstLine(child, said);
  const endpoints: SandboxEndpoints = {
    aws: ready.endpoints.aws.ecs,
    azure: ready.endpoints.azure.arm,
    gcp: ready.endpoints.gcp.run,
    control: ready.endpoints.control.url,
    ca: ready.ca,
    workloads: ready.workloads.kind,
  };
  return { ...endpoints, pid: child.pid, ended, close: () => close(child) };
}

/** @throws CliError when it cannot be started, ends before it is ready, or says something else first. */
function firstLine(child: ChildProcess, said: () => string): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new CliError(exitCode.failed, `the sandbox did not start: ${why || 'no reason given'}`));
    const { stdout } = child;
    if (stdout === null) return fail('it has no output');
    createInterface({ input: stdout }).once('line', (line) => {
      try {
        resolve(JSON.parse(line) as ReadyLine);
      } catch {
        fail(`its first line is no JSON: ${line.slice(0, 200)}`);
      }
    });
    child.once('error', ({ message }) => fail(message));
    child.once('exit', () => fail(inOurWords(said())));
  });
}

/** Whoever configures the control plane knows the key, not the option that it becomes. */
function inOurWords(said: string): string {
  return said
    .replace(/^sandbox: /, '')
    .replace(/--(aws|azure|gcp|control)-port/, 'sandbox.ports.$1')
    .replace('--gcp-grpc-port', 'sandbox.ports.gcpGrpc');
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
