import { connect, type ConnectionOptions } from '../client.ts';
import { money, percent } from '../cost/money.ts';
import type { Range } from '../cost/records.ts';
import { exitCode } from '../exit.ts';
import { paint, print, printJson, table } from '../output.ts';
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
    readonly basis: string;
    readonly percent: number;
    readonly block: boolean;
    readonly limitMicros: number;
    readonly amountMicros: number;
    readonly since: string;
    readonly day?: string;
  }[];
  readonly problems?: readonly string[];
}

/** `homeostasis cost budgets`; exits 1 when one is exceeded, so that a pipeline can ask. */
export async function budgets(options: ConnectionOptions & { readonly json?: boolean }): Promise<void> {
  const all = await readAll<Budget>(connect(options), 'cost/budgets');
  if (options.json) printJson({ budgets: all });
  else if (all.length === 0) print('no budget is configured: cost.budgets of the configuration');
  else show(all);
  if (all.some(({ state }) => state === 'exceeded' || state === 'blocked')) process.exitCode = exitCode.failed;
}

function show(all: readonly Budget[]): void {
  print(table(['budget', 'of', 'state', 'a month', 'spent', 'used', 'forecast', 'estimated'], all.map(row)));
  for (const { budget, currency, passed, problems = [] } of all) {
    for (const { basis, percent: of, block, limitMicros, amountMicros, since, day } of passed) {
      const when = day === undefined ? `since ${since.slice(0, 19)}Z` : `on ${day}`;
      const what = `${basis} ${money(amountMicros, currency)} passed ${of} % (${money(limitMicros, currency)}) ${when}`;
      print(paint(block ? 'red' : 'yellow', `${budget}: ${what}${block ? '; dearer placements are blocked' : ''}`));
    }
    for (const problem of problems) print(paint('dim', `${budget}: ${problem}`));
  }
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
    forecast === undefined ? '-' : rangeOf(forecast, currency),
    estimateMicros === undefined ? '-' : money(estimateMicros, currency),
  ];
}

const rangeOf = ({ micros, lowMicros, highMicros }: Range, currency: string): string =>
  `${money(micros, currency)} (${money(lowMicros, currency)} to ${money(highMicros, currency)})`;
