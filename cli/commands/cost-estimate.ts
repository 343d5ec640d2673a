import { basename } from 'node:path';
import { counted } from '../../shared/domain/counted.ts';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { change, money } from '../cost/money.ts';
import { spanOf } from '../cost/period.ts';
import { showPlanned, type CostPlan } from '../cost/planned.ts';
import type { Estimate } from '../cost/records.ts';
import { CliError, exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { printTable } from '../fit.ts';
import { paint, print, printJson } from '../output.ts';
import { readAll } from '../recovery/read.ts';

interface EstimateOptions extends ConnectionOptions {
  readonly application?: string;
  readonly json?: boolean;
}

interface Plans {
  readonly plans: readonly CostPlan[];
  readonly warnings?: readonly unknown[];
}

/** `homeostasis cost estimate [file…]`; exits 1 when an application fits nowhere. */
export async function estimate(files: readonly string[], options: EstimateOptions): Promise<void> {
  const connection = connect(options);
  if (files.length === 0) return standing(connection, options);
  if (options.application !== undefined) {
    throw new CliError(exitCode.badInput, '--application: a file names its applications: leave one of the two out');
  }
  const answers: Plans[] = [];
  for (const file of files) answers.push(await planOf(connection, file));
  const plans = answers.flatMap((each) => each.plans);
  if (options.json) printJson({ plans, warnings: answers.flatMap(({ warnings = [] }) => warnings) });
  else for (const [i, each] of plans.entries()) showPlanned(each, i > 0);
  if (plans.some(({ feasible }) => !feasible)) process.exitCode = exitCode.failed;
}

async function planOf(connection: Connection, file: string): Promise<Plans> {
  const { body } = await call<Plans>(connection, {
    method: 'POST',
    path: '/v1/plan',
    query: { file: file === '-' ? 'standard input' : basename(file) },
    body: readInput(file),
    headers: { 'content-type': 'application/yaml' },
  });
  return body;
}

async function standing(connection: Connection, { application, json }: EstimateOptions): Promise<void> {
  const estimates = await readAll<Estimate>(connection, 'cost/estimates', { application });
  if (json) return printJson({ estimates });
  const wanted = estimates.filter(({ monthly }) => monthly !== undefined);
  if (wanted.length === 0) {
    const of = application === undefined ? '' : ` of application ${application}`;
    return print(`nothing${of} is placed: with a file, this shows what it would cost`);
  }
  showExpected(wanted);
  showCompared(wanted);
}

/** What stands, by today's decision. */
function showExpected(wanted: readonly Estimate[]): void {
  const total = (part: 'low' | 'expected' | 'high' | 'traffic'): number =>
    wanted.reduce((sum, { monthly }) => sum + (monthly?.[part] ?? 0), 0);
  const amounts = ['low', 'expected', 'high', 'traffic'] as const;
  const rows = wanted.map(({ application, service, monthly }) => [
    `${application}/${service}`,
    placesOf(Object.keys(monthly?.targets ?? {})),
    ...amounts.map((part) => money(monthly?.[part] ?? 0)),
  ]);
  const sum = [paint('bold', 'total'), '', ...amounts.map((part) => money(total(part)))];
  const figures = ['low', 'expected', 'high', 'of it traffic'];
  print('estimated for a month of 730 hours, not billed');
  printTable(['service', 'on', ...figures], [...rows, sum], { figures });
}

function placesOf([first = '-', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} and ${counted(more.length, 'more', 'more')}`;
}

/** The estimate of the latest days that are billed in full, beside their bill; what was never compared is not in it. */
function showCompared(wanted: readonly Estimate[]): void {
  print();
  const rows = wanted.flatMap(({ application, service, compared }) => {
    const name = `${application}/${service}`;
    if (compared?.otherCurrency !== undefined) return [[name, '-', `in ${compared.otherCurrency}`, '-', '-']];
    const week = compared?.week;
    if (week === undefined) return [];
    const { from, to, billed, estimated, ratio } = week;
    return [[name, spanOf(from, to), money(billed), money(estimated), ratio === undefined ? '-' : change(ratio)]];
  });
  if (rows.length === 0) return print(paint('dim', `${notYet}: npx homeostasis cost import`));
  const figures = ['billed', 'estimated', 'not expected'];
  print('held against the bills of the last seven days that every cloud has billed (days in UTC)');
  printTable(['service', 'days', ...figures], rows, { figures });
  print(paint('dim', 'not expected: share of the bill that the estimate had not'));
  const left = wanted.length - rows.length;
  if (left > 0)
    print(paint('dim', `${counted(left, 'service')} not compared so far: bills do not tell of them in full`));
}

const notYet = 'not held against a bill so far: that takes bills of whole days in which it stood here';
