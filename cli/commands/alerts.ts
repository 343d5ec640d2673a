import type { Alert, AlertDialect } from '../../shared/contracts/alert-received.ts';
import { alertDialects } from '../../shared/contracts/alert-received.ts';
import { newId, samples } from '../alerts/samples.ts';
import { call, connect, find, type Connection, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { paint, print, printJson, table } from '../output.ts';

type Options = ConnectionOptions & { readonly json?: boolean };

/** An alert as `GET /v1/alerts` has it, as far as it is shown. */
type Listed = Pick<Alert, 'alert' | 'hook' | 'status' | 'severity' | 'title'> &
  Partial<Pick<Alert, 'application' | 'service' | 'scope' | 'test' | 'notes'>> & {
    readonly startsAt: string | number;
    /** Why it moves something, or nothing. */
    readonly bearing?: string;
  };

/** `homeostasis alerts` */
export async function list(options: Options & { readonly all?: boolean }): Promise<void> {
  const connection = connect(options);
  const alerts: Listed[] = [];
  let after: string | undefined;
  do {
    const page: { readonly alerts: readonly Listed[]; readonly next?: string } | undefined = await find(connection, {
      path: '/v1/alerts',
      query: { after },
    });
    if (page === undefined) throw new CliError(exitCode.failed, 'this control plane does not list alerts: it is older');
    alerts.push(...page.alerts);
    after = page.next;
  } while (after !== undefined);
  const shown = options.all === true ? alerts : alerts.filter(({ status }) => status === 'firing');
  if (options.json) return printJson({ alerts: shown });
  if (shown.length === 0)
    return print(options.all === true ? 'no alerts' : 'no alert fires; --all shows those that are over too');
  print(table(['status', 'severity', 'alert', 'about', 'hook', 'since', 'what it does'], shown.map(rowOf)));
}

function rowOf({ status, severity, title, hook, startsAt, test, bearing = '', ...about }: Listed): readonly string[] {
  const colour = severity === 'critical' ? 'red' : 'yellow';
  const grade = status === 'firing' && severity !== 'info' ? paint(colour, severity) : severity;
  return [
    status,
    grade,
    `${title}${test === true ? ' (test)' : ''}`,
    placeOf(about),
    hook,
    new Date(startsAt).toISOString(),
    bearing,
  ];
}

function placeOf({ application, service, scope }: Pick<Listed, 'application' | 'service' | 'scope'>): string {
  const name = [application, service].filter(Boolean).join('/');
  return [name, scope].filter(Boolean).join(' in ') || '-';
}

interface HookView {
  readonly hook: string;
  readonly dialect: AlertDialect;
  readonly authentication: string;
}

interface Outcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly skipped: readonly string[];
  readonly alerts: readonly Listed[];
}

export interface TestOptions extends Options {
  readonly dialect?: string;
  readonly hook?: string;
  readonly resolve?: boolean;
  /** `application/service` */
  readonly service?: string;
}

interface Tried extends HookView {
  readonly ok: boolean;
  readonly detail: string;
  readonly alert?: Listed;
}

/** `homeostasis alerts test` */
export async function test(options: TestOptions): Promise<void> {
  const connection = connect(options);
  const { body } = await call<{ readonly hooks: readonly HookView[] }>(connection, { path: '/v1/hooks' });
  const chosen = choose(body.hooks, options);
  const [application = '', service = ''] = (options.service ?? 'shop/web').split('/');
  if (application === '' || service === '') {
    throw new CliError(exitCode.badInput, `--service ${options.service}: expected application/service`);
  }
  const tried: Tried[] = [];
  for (const hook of chosen)
    tried.push(...(await tryHook(connection, hook, { application, service, resolve: options.resolve === true })));
  if (options.json) printJson({ tried });
  else for (const each of tried) show(each);
  const failed = tried.filter(({ ok }) => !ok);
  if (failed.length > 0)
    throw new CliError(exitCode.failed, `${failed.length} of ${tried.length} samples were not taken`);
}

/** @throws CliError that says which hooks there are */
function choose(hooks: readonly HookView[], { hook, dialect }: TestOptions): readonly HookView[] {
  if (dialect !== undefined && !(alertDialects as readonly string[]).includes(dialect)) {
    throw new CliError(exitCode.badInput, `--dialect ${dialect}: expected ${alertDialects.join(', ')}`);
  }
  const chosen = hooks.filter(
    (each) => (hook === undefined || each.hook === hook) && (dialect === undefined || each.dialect === dialect),
  );
  if (chosen.length > 0) return chosen;
  const there = hooks.map((each) => `${each.hook} (${each.dialect})`).join(', ');
  throw new CliError(
    exitCode.badInput,
    hooks.length === 0
      ? 'no hooks are configured: see docs/how-to/hook-up-alerts.md'
      : `no such hook; there are ${there}`,
  );
}

interface About {
  readonly application: string;
  readonly service: string;
  readonly resolve: boolean;
}

/** A firing alert, and its end if that is wanted. */
async function tryHook(connection: Connection, hook: HookView, { resolve, ...about }: About): Promise<Tried[]> {
  const [id, now] = [newId(), Date.now()];
  const tried: Tried[] = [];
  for (const resolved of resolve ? [false, true] : [false]) {
    const { headers, body } = samples[hook.dialect]({ ...about, id, now, resolved });
    tried.push(await send(connection, hook, { headers, body }));
  }
  return tried;
}

async function send(
  connection: Connection,
  hook: HookView,
  sample: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Tried> {
  try {
    const path = `/v1/hooks/${hook.hook}/test`;
    const { body } = await call<Outcome>(connection, { method: 'POST', path, ...sample });
    const [alert] = body.alerts;
    if (alert === undefined)
      return { ...hook, ok: false, detail: body.skipped.join('; ') || 'no alert was made of it' };
    return { ...hook, ok: true, detail: `${alert.status}, ${alert.severity}, about ${placeOf(alert)}`, alert };
  } catch (error) {
    if (!(error instanceof CliError) || error.code === exitCode.unreachable) throw error;
    return { ...hook, ok: false, detail: error.message };
  }
}

function show({ hook, dialect, authentication, ok, detail, alert }: Tried): void {
  const mark = ok ? paint('green', '✓') : paint('red', '✗');
  print(`${mark} ${hook} (${dialect}, signs in by ${authentication}): ${detail}`);
  for (const note of alert?.notes ?? []) print(`    ${note}`);
}
