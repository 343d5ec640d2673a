import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { comparison, type Compared, type Decided } from '../cost/compare.ts';
import { difference, money, change } from '../cost/money.ts';
import { CliError, exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { paint, print, printFitted, printJson, table } from '../output.ts';

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
  const compared = decided.map(comparison);
  if (options.json) return printJson({ applications: compared });
  if (compared.length === 0) return print('nothing is placed: name a file to compare what it would cost');
  for (const [i, each] of compared.entries()) {
    if (i > 0) print();
    show(each);
  }
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
  return (await call<Decided>(connection, { path, query: { explain: true } })).body;
}

async function planned(connection: Connection, file: string): Promise<readonly Decided[]> {
  const { body } = await call<{ readonly plans: readonly Plan[] }>(connection, {
    method: 'POST',
    path: '/v1/plan',
    query: { file: file === '-' ? 'standard input' : basename(file), explain: true },
    body: readInput(file),
    headers: { 'content-type': 'application/yaml' },
  });
  return body.plans.map((plan) => {
    if (plan.feasible) return plan as Plan & Decided;
    const message = `${plan.application} fits nowhere: "npx homeostasis plan ${file}" says why`;
    throw new CliError(exitCode.failed, message);
  });
}

function show({ application, services, totals }: Compared): void {
  print(paint('bold', application));
  const head = ['service', 'cloud', 'place', '$/month', 'difference', '', 'why'];
  const rows = services.flatMap(({ service, standing: own, clouds }) => [
    [
      paint('bold', service),
      'stands',
      own.targets.join(', '),
      money(own.monthlyMicros),
      '',
      '',
      paint('dim', own.note),
    ],
    ...clouds.map(({ cloud, target, monthlyMicros, differenceMicros, ratio, why }) => [
      '',
      cloud,
      target ?? '-',
      monthlyMicros === undefined ? '-' : money(monthlyMicros),
      differenceMicros === undefined ? '-' : coloured(differenceMicros),
      ratio === undefined ? '' : change(ratio),
      paint('dim', why),
    ]),
  ]);
  printFitted(table(head, rows));
  print();
  for (const { cloud, monthlyMicros, differenceMicros, ratio, missing } of totals) {
    const share = ratio === undefined ? '' : ` (${change(ratio)})`;
    const without = missing.length === 0 ? '' : `; without ${missing.join(', ')}, which cannot stand there`;
    print(`all on ${cloud}: ${money(monthlyMicros)}, ${coloured(differenceMicros)}${share}${without}`);
  }
  const note =
    'each service by itself: compute and being reachable, without traffic, and not a plan; estimate has all of it';
  print(paint('dim', note));
}

const coloured = (micros: number): string => paint(micros < 0 ? 'green' : 'dim', difference(micros));
