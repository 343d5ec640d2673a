import { counted } from '../../shared/domain/counted.ts';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { paint, print, printJson, table } from '../output.ts';
import { linesOf, underWay } from '../recovery/at-a-glance.ts';
import { rejectionLine, retryLine, type Rejection } from '../rejection.ts';

interface Application {
  readonly application: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly generation: number;
  readonly status: string;
  readonly services: number;
  readonly cause: string;
  readonly rejection?: Rejection;
  /** `at`: milliseconds since the epoch. */
  readonly retry?: { readonly at?: number };
}

interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly conditions: readonly { readonly status: string; readonly reason: string; readonly message: string }[];
  readonly wanted: boolean;
  readonly status: string;
  readonly replicas: { readonly desired: number; readonly ready: number };
  readonly endpoint?: string;
}

interface Exclusion {
  readonly scope: string;
  readonly excluded: boolean;
  readonly reason: string;
}

interface Split {
  readonly application: string;
  readonly service: string;
  readonly routes: readonly { readonly target: string; readonly weight: number }[];
}

/** `homeostasis status [application]`; exits 1 when something that should run does not. */
export async function status(
  application: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean; readonly selector?: string },
): Promise<void> {
  const connection = connect(options);
  const [standing, trouble] = await Promise.all([read(connection, application), underWay(connection)]);
  const { applications, deployments, splits, exclusions, deadLetters } = selected(
    standing,
    selectorOf(options.selector),
  );
  const well =
    applications.every((each) => each.status !== 'failed') &&
    deployments.every(({ ready, wanted }) => ready === 'True' || !wanted);
  if (options.json) printJson({ applications, deployments, traffic: splits, exclusions, deadLetters, ...trouble });
  else {
    show(applications, deployments, { splits, selective: options.selector !== undefined });
    for (const line of linesOf(trouble)) print(line);
    for (const { scope, reason } of exclusions) print(`${paint('yellow', `not used: ${scope}`)}  ${reason}`);
    if (deadLetters > 0) print(paint('red', deadLetterLine(deadLetters)));
  }
  if (!well) process.exitCode = exitCode.failed;
}

type Standing = Awaited<ReturnType<typeof read>>;

/** Only what belongs to applications with all these labels. */
function selected(all: Standing, wanted: readonly (readonly [key: string, value: string])[]): Standing {
  if (wanted.length === 0) return all;
  const applications = all.applications.filter(({ labels = {} }) =>
    wanted.every(([key, value]) => labels[key] === value),
  );
  const names = new Set(applications.map(({ application }) => application));
  return {
    ...all,
    applications,
    deployments: all.deployments.filter(({ application }) => names.has(application)),
    splits: all.splits.filter(({ application }) => names.has(application)),
  };
}

function selectorOf(text = ''): readonly (readonly [key: string, value: string])[] {
  const parts = text.split(',').filter((part) => part !== '');
  return parts.map((part) => {
    const [, key, value] = /^([^=]+)==?([^=]*)$/.exec(part) ?? [];
    if (key !== undefined && value !== undefined) return [key, value];
    throw new CliError(exitCode.badInput, `--selector: found "${part}", expected key=value such as team=web`);
  });
}

async function read(connection: Connection, application: string | undefined) {
  const applications =
    application === undefined
      ? (await call<{ readonly applications: readonly Application[] }>(connection, { path: '/v1/applications' })).body
          .applications
      : [(await call<Application>(connection, { path: `/v1/applications/${encodeURIComponent(application)}` })).body];
  const deployments = await all<Deployment>(connection, '/v1/deployments', { application, field: 'deployments' });
  const splits = await all<Split>(connection, '/v1/traffic', { application, field: 'splits' });
  const { body } = await call<{ readonly exclusions: readonly Exclusion[] }>(connection, { path: '/v1/exclusions' });
  const dead = await call<{ readonly deadLetters: readonly unknown[] }>(connection, {
    path: '/v1/dead-letters',
    query: { limit: countedTo },
  });
  return {
    applications,
    deadLetters: dead.body.deadLetters.length,
    deployments: deployments.filter(({ status: state }) => state !== 'removed'),
    splits,
    exclusions: body.exclusions.filter(({ excluded }) => excluded),
  };
}

/** More are not counted: the way out is the same. */
const countedTo = 100;

/** Events that somebody could not handle: something may be missing until they are redriven. */
function deadLetterLine(count: number): string {
  const many = count < countedTo ? counted(count, 'dead letter') : `${count} dead letters or more`;
  return `${many}, which nobody could handle: see "npx homeostasis dead-letters list"`;
}

/** Page by page: an application may have more deployments than one answer holds. */
async function all<T>(
  connection: Connection,
  path: string,
  { application, field }: { readonly application: string | undefined; readonly field: string },
): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const query = { application, after };
    const { body } = await call<Readonly<Record<string, unknown>>>(connection, { path, query });
    found.push(...(body[field] as readonly T[]));
    after = body['next'] as string | undefined;
  } while (after !== undefined);
  return found;
}

function show(
  applications: readonly Application[],
  deployments: readonly Deployment[],
  { splits, selective }: { readonly splits: readonly Split[]; readonly selective: boolean },
): void {
  if (applications.length === 0 && selective) return print('no application has these labels');
  if (applications.length === 0)
    return print('no applications: deploy one with "npx homeostasis deploy examples/shop.yaml"');
  for (const { application, generation, status: state, rejection, retry } of applications) {
    print(`${paint('bold', application)}  generation ${generation}  ${coloured(state)}`);
    if (rejection !== undefined) print(paint('yellow', `  ${rejectionLine(rejection)}`));
    if (retry?.at !== undefined) print(paint('yellow', `  ${retryLine(retry.at)}`));
    const rows = deployments.filter((each) => each.application === application).map((each) => row(each, splits));
    print(table(['  service', 'target', 'replicas', 'state', 'traffic', 'endpoint'], rows));
    print();
  }
}

/** A longer one is told by its name, such as CloudUnreachable; the sentence is in `--json`. */
const longestReason = 60;

function row(deployment: Deployment, splits: readonly Split[]): string[] {
  const { application, service, target, replicas, endpoint } = deployment;
  const split = splits.find((each) => each.application === application && each.service === service);
  const weight = split?.routes.find((route) => route.target === target)?.weight;
  return [
    `  ${service}`,
    target,
    `${replicas.ready}/${replicas.desired}`,
    stateOf(deployment),
    weight === undefined ? '-' : `${weight}%`,
    endpoint ?? '-',
  ];
}

function stateOf({ ready, status: state, conditions }: Deployment): string {
  if (ready === 'True') return paint('green', 'Ready');
  const unmet = conditions.find((each) => each.status !== 'True');
  if (unmet === undefined) return coloured(state);
  const { reason, message } = unmet;
  // Ready is the last that was heard; nobody can say any more that it is.
  return `${coloured(ready === 'Unknown' && state === 'ready' ? 'unknown' : state)} ${paint('dim', message.length > longestReason ? reason : message)}`;
}

function coloured(state: string): string {
  if (state === 'running' || state === 'ready') return paint('green', state);
  return paint(state === 'failed' ? 'red' : 'yellow', state);
}
