import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { exitCode } from '../exit.ts';
import { paint, print, printJson, table } from '../output.ts';
import { rejectionLine, type Rejection } from '../rejection.ts';

interface Application {
  readonly application: string;
  readonly generation: number;
  readonly status: string;
  readonly services: number;
  readonly cause: string;
  readonly rejection?: Rejection;
}

interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly conditions: readonly { readonly status: string; readonly message: string }[];
  readonly wanted: boolean;
  readonly status: string;
  readonly replicas: { readonly desired: number; readonly ready: number };
  readonly endpoint?: string;
}

interface Split {
  readonly application: string;
  readonly service: string;
  readonly routes: readonly { readonly target: string; readonly weight: number }[];
}

/** `homeostasis status [application]`; exits 1 when something that should run does not. */
export async function status(
  application: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean },
): Promise<void> {
  const connection = connect(options);
  const { applications, deployments, splits } = await read(connection, application);
  const well =
    applications.every((each) => each.status !== 'failed') &&
    deployments.every(({ ready, wanted }) => ready === 'True' || !wanted);
  if (options.json) printJson({ applications, deployments, traffic: splits });
  else show(applications, deployments, splits);
  if (!well) process.exitCode = exitCode.failed;
}

async function read(connection: Connection, application: string | undefined) {
  const applications =
    application === undefined
      ? (await call<{ readonly applications: readonly Application[] }>(connection, { path: '/v1/applications' })).body
          .applications
      : [(await call<Application>(connection, { path: `/v1/applications/${encodeURIComponent(application)}` })).body];
  const deployments = await all<Deployment>(connection, '/v1/deployments', { application, field: 'deployments' });
  const splits = await all<Split>(connection, '/v1/traffic', { application, field: 'splits' });
  return { applications, deployments: deployments.filter(({ status: state }) => state !== 'removed'), splits };
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
  splits: readonly Split[],
): void {
  if (applications.length === 0)
    return print('no applications: deploy one with "npx homeostasis deploy examples/shop.yaml"');
  for (const { application, generation, status: state, rejection } of applications) {
    print(`${paint('bold', application)}  generation ${generation}  ${coloured(state)}`);
    if (rejection !== undefined) print(paint('yellow', `  ${rejectionLine(rejection)}`));
    const rows = deployments.filter((each) => each.application === application).map((each) => row(each, splits));
    print(table(['  service', 'target', 'replicas', 'state', 'traffic', 'endpoint'], rows));
    print();
  }
}

/** The rest is in `--json`. */
const longestReason = 60;

function row(deployment: Deployment, splits: readonly Split[]): string[] {
  const { application, service, target, replicas, ready, status: state, conditions, endpoint } = deployment;
  const why = conditions.find((each) => each.status !== 'True')?.message ?? '';
  const short = why.length > longestReason ? `${why.slice(0, longestReason)}…` : why;
  const split = splits.find((each) => each.application === application && each.service === service);
  const weight = split?.routes.find((route) => route.target === target)?.weight;
  return [
    `  ${service}`,
    target,
    `${replicas.ready}/${replicas.desired}`,
    ready === 'True' ? paint('green', 'Ready') : `${coloured(state)} ${paint('dim', short)}`,
    weight === undefined ? '-' : `${weight}%`,
    endpoint ?? '-',
  ];
}

function coloured(state: string): string {
  if (state === 'running' || state === 'ready') return paint('green', state);
  return paint(state === 'failed' ? 'red' : 'yellow', state);
}
