import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { call, connect, defaultDataFolder, type ConnectionOptions } from '../client.ts';
import type { Link } from './doctor-cloud.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { paint, print, printJson } from '../output.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface DoctorOptions extends ConnectionOptions {
  readonly cloud?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis doctor [--cloud]`: is everything here, reachable and safe? Exits 1 when something is not. */
export async function doctor(scopes: readonly string[], options: DoctorOptions): Promise<void> {
  if (options.cloud === true) return probe(scopes, options);
  if (scopes.length > 0) throw new CliError(exitCode.badInput, `${scopes.join(', ')}: scopes are for doctor --cloud`);
  const folder = options.data ?? process.env['HOMEOSTASIS_DATA'] ?? defaultDataFolder;
  const checks: Check[] = [
    nodeVersion(),
    token(options, folder),
    ...(await controlPlane(options)),
    await sandboxUp(folder),
  ];
  if (options.json) printJson({ checks });
  for (const { name, ok, detail } of options.json ? [] : checks) {
    print(`${ok ? paint('green', 'ok  ') : paint('red', 'FAIL')} ${name}: ${detail}`);
  }
  if (checks.some(({ ok }) => !ok)) process.exitCode = exitCode.failed;
}

function nodeVersion(): Check {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return {
    name: 'node',
    ok: major >= 24,
    detail: `${process.versions.node} (24 or newer is needed; npm ci brings it)`,
  };
}

/** Every link is proven by a round trip, and told as soon as it is. */
async function probe(scopes: readonly string[], options: DoctorOptions): Promise<void> {
  const { probeLinks } = await import('./doctor-cloud.ts');
  const timeoutSeconds = wholeNumber(options.timeout, '--timeout', 1, 3600);
  const told = ({ scope, ok, milliseconds, detail }: Link): void => {
    const took = milliseconds === undefined ? '' : ` in ${(milliseconds / 1000).toFixed(1)} s`;
    if (!options.json) print(`${ok ? paint('green', 'ok  ') : paint('red', 'FAIL')} ${scope}${took}: ${detail}`);
  };
  const links = await probeLinks(connect(options), { scopes, timeoutSeconds, told });
  if (options.json) printJson({ links });
  if (links.some(({ ok }) => !ok)) process.exitCode = exitCode.failed;
}

function token(options: ConnectionOptions, folder: string): Check {
  const file = join(folder, 'token');
  const { tokenFrom } = connect(options);
  if (tokenFrom !== undefined && tokenFrom !== file) return { name: 'token', ok: true, detail: `from ${tokenFrom}` };
  if (!existsSync(file))
    return {
      name: 'token',
      ok: false,
      detail: `${file} is missing: start the control plane here, or set HOMEOSTASIS_TOKEN`,
    };
  const mode = statSync(file).mode & 0o777;
  return {
    name: 'token',
    ok: (mode & 0o077) === 0,
    detail: `${file} has mode ${mode.toString(8)} (nobody else may read it)`,
  };
}

async function controlPlane(options: ConnectionOptions): Promise<Check[]> {
  const connection = connect(options);
  try {
    const { body } = await call<{ readonly queue?: { readonly deadLetters: number; readonly queued: number } }>(
      connection,
      { path: '/v1/status' },
    );
    const dead = body.queue?.deadLetters ?? 0;
    return [
      { name: 'control plane', ok: true, detail: `answers at ${connection.url}` },
      {
        name: 'dead letters',
        ok: dead === 0,
        detail: dead === 0 ? 'none' : `${dead}: see "npx homeostasis dead-letters list"`,
      },
    ];
  } catch (error) {
    return [{ name: 'control plane', ok: false, detail: (error as Error).message }];
  }
}

async function sandboxUp(folder: string): Promise<Check> {
  const file = join(folder, 'sandbox.json');
  if (!existsSync(file)) return { name: 'sandbox', ok: true, detail: 'not in use' };
  try {
    const { control } = JSON.parse(readFileSync(file, 'utf8')) as { readonly control: string };
    await call({ url: control, token: undefined }, { path: '/healthz' });
    return { name: 'sandbox', ok: true, detail: `answers at ${control}` };
  } catch (error) {
    const what = error instanceof CliError ? 'it does not answer' : (error as Error).message;
    return { name: 'sandbox', ok: false, detail: `${file}: ${what}; "npm start" brings up another` };
  }
}
