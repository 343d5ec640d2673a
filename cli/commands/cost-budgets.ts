import type { BudgetBasis } from '../../shared/contracts/budget-exceeded.ts';
import { connect, type ConnectionOptions } from '../client.ts';
import { money, percent } from '../cost/money.ts';
import type { Range } from '../cost/records.ts';
import { exitCode } from '../exit.ts';
import { printTable } from '../fit.ts';
import { paint, print, printJson } from '../output.ts';
import { readAll } from '../recovery/read.ts';

interface Budget {
  readonly budget: string;
  readonly scopeName: string;
  readonly amountMicros: number;
  readonly currency: string;
  readonly state: 'unknown' | 'within' | 'exceeded' | 'blocked';
  readonly period?: string;
  readonly spentMicros?: number;
  readonly usedRatio?: number;
  readonly forecast?: Range;
  readonly estimateMicros?: number;
  readonly passed: readonly {
    readonly basis: BudgetBasis;
    readonly percent: number;
    readonly block: boolean;
    readonly limitMicros: number;
    readonly amountMicros: number;
    readonly since: string;
    readonly day?: string;
  }[];
  readonly problems?: readonly string[];
  /** Absent until it was compared with bills. */
  readonly judgedAt?: string;
}

/** `homeostasis cost budgets`; exits 1 when one is exceeded, so that a pipeline can ask. */
export async function budgets(options: ConnectionOptions & { readonly json?: boolean }): Promise<void> {
  const all = await readAll<Budget>(connect(options), 'cost/budgets');
  if (options.json) printJson({ budgets: all });
  else if (all.length === 0) print(none);
  else show(all);
  if (all.some(({ state }) => state === 'exceeded' || state === 'blocked')) process.exitCode = exitCode.failed;
}

const figures = ['a month', 'billed', 'used', 'forecast', 'estimated'];

const none = `no budget is configured. In the configuration (homeostasis.yaml), and then start anew:
  cost:
    budgets:
      - { name: everything, amount: 500 }`;

function show(all: readonly Budget[]): void {
  const [judged] = all.filter(({ judgedAt }) => judgedAt !== undefined);
  if (judged !== undefined) {
    print(`${paint('bold', judged.period ?? '')}, months in UTC; judged ${judged.judgedAt?.slice(0, 19)}Z`);
  }
  printTable(['budget', 'of', 'state', ...figures], all.map(row), { figures });
  for (const each of all) {
    for (const passed of each.passed) print(passedLine(each, passed));
    for (const line of remarks(each)) print(paint('dim', `${each.budget}: ${line}`));
  }
}

function passedLine({ budget, currency }: Budget, passed: Budget['passed'][number]): string {
  const { basis, percent: of, block, limitMicros, amountMicros, since, day } = passed;
  const when = day === undefined ? `since ${since.slice(0, 19)}Z` : `on ${day}`;
  const what = `${bases[basis]} ${money(amountMicros, currency)} passed ${of} % (${money(limitMicros, currency)}) ${when}`;
  return paint(block ? 'red' : 'yellow', `${budget}: ${what}${block ? '; dearer placements are blocked' : ''}`);
}

/** What is spent is told by bills, what will be by a forecast from them, and what is placed by today's estimate. */
const bases: Readonly<Record<BudgetBasis, string>> = {
  actual: 'billed',
  forecast: 'forecast',
  estimate: 'estimated for what is placed',
  burst: 'one day of',
};

function remarks({ state, forecast, currency, problems = [] }: Budget): readonly string[] {
  if (forecast !== undefined) {
    const range = `${money(forecast.lowMicros, currency)} to ${money(forecast.highMicros, currency)}`;
    return [`the month will come to ${range} eight times in ten`, ...problems];
  }
  if (state === 'unknown' && problems.length === 0) {
    return ['no bill of this month tells of it so far: npx homeostasis cost import, or cost sweep'];
  }
  return problems;
}

const colours = { unknown: 'dim', within: 'green', exceeded: 'yellow', blocked: 'red' } as const;

function row(each: Budget): string[] {
  const { budget, scopeName, state, amountMicros, currency, spentMicros, usedRatio, forecast, estimateMicros } = each;
  return [
    budget,
    scopeName,
    paint(colours[state], state),
    money(amountMicros, currency),
    spentMicros === undefined ? '-' : money(spentMicros, currency),
    usedRatio === undefined ? '-' : percent(usedRatio),
    forecast === undefined ? '-' : money(forecast.micros, currency),
    estimateMicros === undefined ? '-' : money(estimateMicros, currency),
  ];
}
