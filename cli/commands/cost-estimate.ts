import { basename } from 'node:path';
import { counted } from '../../shared/domain/counted.ts';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { change, money } from '../cost/money.ts';
import { showPlanned, type CostPlan } from '../cost/planned.ts';
import type { Estimate } from '../cost/records.ts';
import { CliError, exitCode } from '../exit.ts';
import { readInput } from '../input.ts';
import { paint, print, printJson, table } from '../output.ts';
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
  const rows = wanted.map(estimateRow);
  print(table(['service', 'on', 'low', 'expected', 'high', 'of it traffic', 'billed', 'expected then', 'error'], rows));
  const total = (part: 'low' | 'expected' | 'high'): string =>
    money(wanted.reduce((sum, { monthly }) => sum + (monthly?.[part] ?? 0), 0));
  print();
  print(`a month: ${paint('bold', total('expected'))} expected, ${total('low')} to ${total('high')}`);
  print(
    paint('dim', 'billed: the last seven days that are billed in full; error: share of the bill that was not expected'),
  );
}

function estimateRow({ application, service, monthly, compared }: Estimate): string[] {
  const on = Object.keys(monthly?.targets ?? {});
  const [first = '-', ...more] = on;
  const where = more.length === 0 ? first : `${first} and ${counted(more.length, 'more', 'more')}`;
  const expected = monthly === undefined ? [] : [monthly.low, monthly.expected, monthly.high, monthly.traffic];
  return [`${application}/${service}`, where, ...expected.map((micros) => money(micros)), ...billed(compared)];
}

/** What was never compared is a dash, not a zero. */
function billed(compared: Estimate['compared']): readonly string[] {
  const week = compared?.week;
  if (week === undefined) {
    const why = compared?.otherCurrency === undefined ? '-' : `in ${compared.otherCurrency}`;
    return [why, '-', '-'];
  }
  return [money(week.billed), money(week.estimated), week.ratio === undefined ? '-' : change(week.ratio)];
}
