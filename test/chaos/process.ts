import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** A program of ours, really running, with everything it said. */
export class Program {
  readonly child: ChildProcess;
  /** The first line of JSON it printed; rejects when it ends before that. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly #said: string[] = [];

  constructor(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [fileURLToPath(new URL(file, root)), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Nothing of the machine that runs the tests may configure what is tested.
      env: { ...process.env, HOMEOSTASIS_CONFIG: undefined, HOMEOSTASIS_LOG: undefined, ...environment },
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('both pipes were asked for');
    stderr.setEncoding('utf8').on('data', (text: string) => this.#said.push(text));
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as Record<string, unknown>));
      this.child.once('exit', (code, signal) =>
        reject(new Error(`${file} ended with ${signal ?? code} before it was ready: ${this.stderr}`)),
      );
    });
    // Who kills it before it is ready does not ask whether it was.
    this.ready.catch(() => undefined);
  }

  get stderr(): string {
    return this.#said.join('');
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends the signal and waits for the end. @returns the exit code, or null after a deadly signal. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.running) {
      const gone = once(this.child, 'exit');
      this.child.kill(signal);
      await gone;
    }
    return this.child.exitCode;
  }

  /** @returns the exit code. */
  async ended(): Promise<number | null> {
    if (this.running) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

/** `homeostasis serve --quiet` on free ports. */
export function startServe(data: string, args: readonly string[] = [], environment?: NodeJS.ProcessEnv): Program {
  const ports = ['--port', '0', '--gateway-port', '0'];
  return new Program('cli/bin/homeostasis.mjs', ['serve', '--quiet', '--data', data, ...ports, ...args], environment);
}

export interface Clouds {
  readonly program: Program;
  readonly url: string;
}

/** A sandbox that nobody's end ends. */
export async function startClouds(speed: 'instant' | 'fast', workloads: 'none' | 'process' = 'none'): Promise<Clouds> {
  const program = new Program('sandbox/main.ts', ['--keep', '--speed', speed, '--workloads', workloads]);
  const { endpoints } = (await program.ready) as { readonly endpoints: { readonly control: { readonly url: string } } };
  return { program, url: endpoints.control.url };
}
