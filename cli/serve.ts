import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { catalogue, places } from '../shared/catalogue/index.ts';
import { knownWorld } from '../shared/domain/spec/index.ts';
import type { Settings } from '../shared/domain/settings/index.ts';
import type { Logger } from '../shared/ports/logger.ts';
import { call, type Connection } from './client.ts';
import { loadConfig } from './config/load.ts';
import { CliError, exitCode } from './exit.ts';
import { readInput, wholeNumber } from './input.ts';
import { note, paint, print } from './output.ts';
import { attachSandbox } from './serve/attach-sandbox.ts';
import { byCause } from './serve/by-cause.ts';
import type { ControlPlane } from './serve/control-plane.ts';
import { openDataFolder, type DataFolder } from './serve/data-folder.ts';
import { keepHeapSmall } from './serve/heap.ts';
import { showLive } from './serve/live-view.ts';
import { stderrLogger } from './serve/logger.ts';
import { startSandbox, type SandboxProcess } from './serve/sandbox-process.ts';

/** The one composition root of the embedded runtime: `homeostasis serve`. */

export interface ServeOptions {
  readonly config?: string;
  readonly data?: string;
  readonly sandbox?: boolean;
  readonly sandboxUrl?: string;
  readonly example?: string;
  readonly port?: string;
  readonly gatewayPort?: string;
  readonly speed?: string;
  readonly workloads?: string;
  readonly quiet?: boolean;
}

export async function serve(options: ServeOptions): Promise<void> {
  keepHeapSmall();
  const settings = settingsOf(options);
  const example = options.example === undefined ? undefined : readInput(options.example);
  const say = options.quiet === true ? () => {} : note;
  const folder = openDataFolder(resolve(settings.server.dataFolder));
  const logger = loggerFor(options);
  const stop = stopSignal();

  // The sandbox starts in a process of its own: meanwhile the control plane is loaded.
  const [sandbox, { startControlPlane }] = await Promise.all([
    settings.sandbox.enabled ? openSandbox(settings, say) : undefined,
    import('./serve/control-plane.ts'),
  ]);
  let plane: ControlPlane | undefined;
  const ending = new AbortController();
  try {
    plane = await startControlPlane({ settings, folder, sandbox, logger, version: version() });
    const connection: Connection = { url: urlOf(settings.server.host, plane.api.port), token: folder.token };
    // Only now: until the data folder is ours, the addresses in it are another's.
    writeAddresses(folder, connection.url, sandbox);
    announce(plane, connection, options.quiet === true);
    if (options.quiet !== true) showLive(connection, plane, ending.signal).catch(tellWhy);
    if (example !== undefined) await submitOnce(connection, options.example ?? '', example, say);
    say(paint('dim', '  Ctrl-C stops everything; in another terminal: npx homeostasis status', process.stderr));
    await untilEnd(stop, sandbox);
  } finally {
    // First, or the live view would try for long to follow a control plane that is gone.
    ending.abort();
    say('stopping …');
    await close(plane, sandbox, folder);
  }
  process.exit(process.exitCode ?? exitCode.done);
}

/** Whoever asks for a level wants every line of it. */
function loggerFor({ quiet }: ServeOptions): Logger {
  const chosen = process.env['HOMEOSTASIS_LOG'];
  const logger = stderrLogger(process.stderr.isTTY && quiet !== true, chosen);
  return chosen === undefined ? byCause(logger) : logger;
}

/** A script that asked for quiet gets one line of JSON on stdout: enough to connect, with the token from the data folder. */
function announce({ gateway }: ControlPlane, { url, token }: Connection, quiet: boolean): void {
  if (quiet) return print(JSON.stringify({ ready: true, url, gatewayPort: gateway.port }));
  const ok = paint('green', '✓', process.stderr);
  note(`${ok} control plane   ${url}`);
  note(`${ok} gateway         http://<service>.<application>.localhost:${gateway.port}`);
  const console = paint('cyan', `${url}/#token=${token}`, process.stderr);
  note(`${paint('bold', '  console         ', process.stderr)}${console}`);
}

/** A sandbox that dies under us is no cloud outage: going on would only make failures of it. */
async function untilEnd(stop: Promise<void>, sandbox: SandboxProcess | undefined): Promise<void> {
  const lost = await Promise.race([stop, sandbox?.ended ?? stop]);
  if (typeof lost !== 'string') return;
  process.exitCode = exitCode.failed;
  note(`${paint('red', 'error:', process.stderr)} ${lost}; start again to have a new one`);
}

async function close(
  plane: ControlPlane | undefined,
  sandbox: SandboxProcess | undefined,
  { urlFile, sandboxFile }: DataFolder,
): Promise<void> {
  // The control plane first: while it lives, a vanishing sandbox would look like an outage to react to.
  await plane?.close();
  if (plane !== undefined) for (const file of [urlFile, sandboxFile]) rmSync(file, { force: true });
  await sandbox?.close();
}

function settingsOf(options: ServeOptions): Settings {
  const { settings } = loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    folder: process.cwd(),
    environment: process.env,
    known: knownWorld(catalogue, places),
  });
  const port = options.port === undefined ? settings.server.port : wholeNumber(options.port, '--port', 0, 65_535);
  const gatewayPort =
    options.gatewayPort === undefined
      ? settings.server.gatewayPort
      : wholeNumber(options.gatewayPort, '--gateway-port', 0, 65_535);
  return {
    ...settings,
    server: { ...settings.server, port, gatewayPort, dataFolder: options.data ?? settings.server.dataFolder },
    sandbox: {
      ...settings.sandbox,
      enabled: (options.sandbox ?? settings.sandbox.enabled) || options.sandboxUrl !== undefined,
      ...(options.sandboxUrl === undefined ? {} : { url: sandboxUrl(options.sandboxUrl) }),
      speed: oneOf(options.speed, '--speed', ['instant', 'fast', 'realistic']) ?? settings.sandbox.speed,
      workloads:
        oneOf(options.workloads, '--workloads', ['auto', 'containers', 'process', 'none']) ??
        settings.sandbox.workloads,
    },
  };
}

function sandboxUrl(text: string): string {
  if (/^https?:\/\/[^\s/]/.test(text) && URL.canParse(text)) return text;
  throw new CliError(exitCode.badInput, `--sandbox-url: found "${text}", expected a URL such as http://127.0.0.1:4690`);
}

/** Where commands in this folder find the control plane, whatever its port, and `sandbox fault` and `doctor` the sandbox. */
function writeAddresses({ urlFile, sandboxFile }: DataFolder, url: string, sandbox: SandboxProcess | undefined): void {
  writeFileSync(urlFile, `${url}\n`, { mode: 0o600 });
  if (sandbox === undefined) return;
  const { aws, azure, gcp, control, workloads, pid } = sandbox;
  const addresses = { aws, azure, gcp, control, workloads, pid };
  writeFileSync(sandboxFile, `${JSON.stringify(addresses, null, 2)}\n`, { mode: 0o600 });
}

/** The view is for the person alone: what ends it ends nothing else. */
function tellWhy(error: unknown): void {
  note(`the live view has ended: ${error instanceof Error ? error.message : String(error)}`);
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function oneOf<T extends string>(text: string | undefined, flag: string, allowed: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = allowed.find((each) => each === text);
  if (found === undefined)
    throw new CliError(exitCode.badInput, `${flag}: found "${text}", expected ${allowed.join(', ')}`);
  return found;
}

async function openSandbox(settings: Settings, say: (line: string) => void): Promise<SandboxProcess> {
  const { url, speed, workloads, ports } = settings.sandbox;
  const { gcpGrpc, ...others } = ports;
  const sandbox =
    url === undefined
      ? await startSandbox({ speed, workloads, ports: { ...others, 'gcp-grpc': gcpGrpc } })
      : await attachSandbox(url);
  const ok = paint('green', '✓', process.stderr);
  say(
    `${ok} sandbox clouds  aws ${sandbox.aws}  azure ${sandbox.azure}  gcp ${sandbox.gcp}  (workloads: ${sandbox.workloads})`,
  );
  return sandbox;
}

/** The example is for an empty control plane: a second start must not make a second generation, nor push in beside one's own. */
async function submitOnce(
  connection: Connection,
  file: string,
  body: string,
  say: (line: string) => void,
): Promise<void> {
  const { body: known } = await call<{ readonly applications: readonly unknown[] }>(connection, {
    path: '/v1/applications',
  });
  if (known.applications.length > 0)
    return say('  applications of the last run are brought back: what a new sandbox does not have is deployed again');
  await call(connection, {
    method: 'POST',
    path: '/v1/applications',
    query: { file: basename(file) },
    body,
    headers: { 'content-type': 'application/yaml' },
  });
  say(`${paint('green', '✓', process.stderr)} submitted       ${file}`);
}

/** The first signal begins an orderly end; a second one ends it at once. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    let asked = false;
    const end = (): void => {
      if (asked) process.exit(exitCode.failed);
      asked = true;
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  });
}

function version(): string {
  const { version: own } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return own;
}
