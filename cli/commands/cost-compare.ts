import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { comparison, type Compared, type Decided, type Priced } from '../cost/compare.ts';
import { difference, money, change } from '../cost/money.ts';
import { CliError, exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { printTable } from '../fit.ts';
import { paint, print, printJson } from '../output.ts';
import { agedPrices } from '../show-plan.ts';

interface Plan extends Partial<Decided> {
  readonly application: string;
  readonly feasible: boolean;
}

/** `homeostasis cost compare [application|file]`: where it stands, against the cheapest eligible place of each cloud. */
export async function compare(
  about: string | undefined,
  options: ConnectionOptions & { readonly json?: boolean },
): Promise<void> {
  const decided = await decisions(connect(options), about);
  const compared = decided.map(told);
  if (options.json) return printJson({ applications: compared });
  if (compared.length === 0) return print('nothing is placed: name a file to compare what it would cost');
  for (const [i, each] of compared.entries()) {
    if (i > 0) print();
    show(each);
  }
}

function told(decided: Decided): Compared {
  const compared = comparison(decided);
  if (compared !== undefined) return compared;
  const why =
    'its spec can no longer be read, or the control plane is older than this command: submit it again, or update that';
  throw new CliError(exitCode.failed, `${decided.application} was not compared: ${why}`);
}

async function decisions(connection: Connection, about: string | undefined): Promise<readonly Decided[]> {
  if (about === undefined) {
    const { body } = await call<{ readonly applications: readonly { readonly application: string }[] }>(connection, {
      path: '/v1/applications',
    });
    const all: Decided[] = [];
    for (const { application } of body.applications) all.push(await standing(connection, application));
    return all;
  }
  return isFile(about) ? planned(connection, about) : [await standing(connection, about)];
}

/** An application's name has neither a dot nor a slash; a file that is called like one is meant as a file with `./`. */
const isFile = (about: string): boolean =>
  about === '-' || /[./\\]/.test(about) || (/^[A-Z]/.test(about) && existsSync(about));

async function standing(connection: Connection, application: string): Promise<Decided> {
  const path = `/v1/applications/${encodeURIComponent(application)}/decision`;
  return (await call<Decided>(connection, { path, query: { explain: true, compare: true } })).body;
}

async function planned(connection: Connection, file: string): Promise<readonly Decided[]> {
  const { body } = await call<{ readonly plans: readonly Plan[] }>(connection, {
    method: 'POST',
    path: '/v1/plan',
    query: { file: file === '-' ? 'standard input' : basename(file), explain: true, compare: true },
    body: readInput(file),
    headers: { 'content-type': 'application/yaml' },
  });
  return body.plans.map((plan) => {
    if (plan.feasible) return plan as Plan & Decided;
    const message = `${plan.application} fits nowhere: "npx homeostasis plan ${file}" says why`;
    throw new CliError(exitCode.failed, message);
  });
}

function show({ application, services, totals, ...priced }: Compared): void {
  print(paint('bold', application));
  const rows = services.flatMap(({ service, standing, clouds }) => [
    [
      paint('bold', service),
      'stands',
      standing.targets.join(', '),
      ...amounts(standing),
      '',
      '',
      paint('dim', [standing.note, ...standing.unpriced].join('; ')),
    ],
    ...clouds.map(({ cloud, target, differenceMicros, ratio, why, unpriced = [], ...cost }) => [
      '',
      cloud,
      target ?? '-',
      ...amounts(cost),
      differenceMicros === undefined ? '-' : coloured(differenceMicros),
      ratio === undefined ? '' : change(ratio),
      paint('dim', [why, ...unpriced].join('; ')),
    ]),
  ]);
  printTable(head, rows, { figures });
  print();
  for (const total of totals) print(together(total));
  print(paint('dim', agedPrices(priced)));
  print(
    paint(
      'dim',
      'a month at list prices, the whole service at one place; traffic is to the internet and both ways along its links. No plan: estimate is one',
    ),
  );
}

const figures = ['low', 'expected', 'high', 'of it traffic', 'difference', ' '];
const head = ['service', 'cloud', 'place', ...figures, 'why'];

function amounts({ monthly, traffic }: Partial<Pick<Priced, 'monthly' | 'traffic'>>): readonly string[] {
  if (monthly === undefined || traffic === undefined) return ['-', '-', '-', '-'];
  return [monthly.low, monthly.expected, monthly.high, traffic.expected].map((micros) => money(micros));
}

/** All that can stand there, at places chosen together. */
function together({ cloud, monthly, traffic, differenceMicros, ratio, missing, unpriced }: Compared['totals'][number]) {
  const range = `${money(monthly.low)} to ${money(monthly.high)}, of it ${money(traffic.expected)} for traffic`;
  const share = ratio === undefined ? '' : ` (${change(ratio)})`;
  const without = missing.length === 0 ? '' : `; without ${missing.join(', ')}, which cannot stand there`;
  const left = unpriced.length === 0 ? '' : `; ${unpriced.join('; ')}`;
  return `all on ${cloud}: ${money(monthly.expected)} (${range}), ${coloured(differenceMicros)}${share}${without}${left}`;
}

const coloured = (micros: number): string => paint(micros < 0 ? 'green' : 'dim', difference(micros));
