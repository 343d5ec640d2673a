import type { DataOf } from '../../shared/contracts/contract.ts';
import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import { call, connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { paint, print, printJson } from '../output.ts';
import { confirmed } from '../recovery/confirm.ts';
import { drillTable, showDrill, type Drill } from '../recovery/drill-records.ts';
import { lookFor, runReal, type Run } from '../recovery/drill-run.ts';
import { readAll } from '../recovery/read.ts';
import { saveReport } from '../recovery/report.ts';
import { sandboxOf } from '../recovery/sandbox.ts';
import { byHand, say } from '../recovery/say.ts';
import { interruptible, notYet } from '../recovery/watch.ts';
import { mustBeKnown } from '../scope.ts';

export interface DrillOptions extends ConnectionOptions {
  readonly target: string;
  readonly real?: boolean;
  readonly shadow?: boolean;
  readonly mode?: string;
  readonly reason?: string;
  readonly report?: string;
  readonly yes?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis drill --target aws/eu-west-1 [--real]`: whether its loss would be survived, with evidence. */
export async function drill(options: DrillOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  if (options.real === true && options.shadow === true)
    throw new CliError(exitCode.badInput, '--real and --shadow: it is one or the other');
  await mustBeKnown(options.target, 'target');
  const connection = connect(options);
  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds };
  const run = { connection, id: idOf(options.target), patience };
  const over = options.real === true ? await real(run, options) : await shadow(run, options);
  if (over === undefined) throw notYet(`drill ${run.id}`, patience, `npx homeostasis drills ${run.id}`);
  if (options.json) printJson(over);
  else showDrill(over);
  if (options.report !== undefined) await saveReport(connection, `drills/${run.id}`, options.report);
  if (over.result?.verdict !== 'pass') process.exitCode = exitCode.failed;
}

async function shadow(run: Run, options: DrillOptions): Promise<Drill | undefined> {
  await ask(run, options, { kind: 'shadow' });
  return lookFor(run);
}

async function real(run: Run, options: DrillOptions): Promise<Drill | undefined> {
  const sandbox = await sandboxOf(run.connection);
  if (sandbox === undefined) await mayBegin(options);
  // A fault takes down a region, not one runtime in it.
  const broken = options.target.split('/').length < 3 ? sandbox : undefined;
  const mode = modeOf(options.mode, broken === undefined ? 'graceful' : 'ungraceful');
  await ask(run, options, { kind: 'real', mode });
  return runReal({ ...run, scope: options.target, sandbox: broken });
}

function ask(
  { connection, id }: Run,
  { target, reason = byHand('asked for') }: DrillOptions,
  how: Pick<DataOf<typeof drillRequested>, 'kind' | 'mode'>,
): Promise<string> {
  return say(connection, drillRequested.draft({ drill: id, scope: target, reason, ...how }));
}

/** `homeostasis drills [id]` */
export async function drills(
  id: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean },
): Promise<void> {
  const connection = connect(options);
  if (id === undefined) {
    const all = await readAll<Drill>(connection, 'drills');
    const shown = all.sort((a, b) => b.requestedAt - a.requestedAt);
    if (options.json) return printJson({ drills: shown });
    if (shown.length === 0) return print('no drills so far: npx homeostasis drill --target aws/eu-west-1 --shadow');
    return print(drillTable(shown));
  }
  const { body: found } = await call<Drill>(connection, { path: `/v1/drills/${encodeURIComponent(id)}` });
  if (options.json) printJson(found);
  else showDrill(found);
}

/** Nobody should take a real region out of use by a slip of the hand. */
async function mayBegin({ target, yes }: DrillOptions): Promise<void> {
  if (yes === true) return;
  const what = `${paint('bold', target, process.stderr)} is taken out of use: its services move elsewhere, and back when that is done.`;
  if (await confirmed(`${what} Begin?`)) return;
  throw new CliError(
    exitCode.badInput,
    process.stdin.isTTY ? 'nothing was begun' : 'a real drill moves real services: confirm it with --yes',
  );
}

function modeOf(text: string | undefined, usual: 'graceful' | 'ungraceful'): 'graceful' | 'ungraceful' {
  if (text === undefined) return usual;
  if (text === 'graceful' || text === 'ungraceful') return text;
  throw new CliError(exitCode.badInput, `--mode: found "${text}", expected graceful or ungraceful`);
}

/** `drill-aws-eu-west-1-20261121-093015` */
function idOf(scope: string): string {
  const at = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `drill-${scope.replaceAll('/', '-')}-${at}`;
}
