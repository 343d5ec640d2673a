import { budgetRestored } from '../../../shared/contracts/budget-restored.ts';
import { dayAt, daysOf, monthOf, monthsLater } from '../../../shared/domain/calendar.ts';
import { growthKey, withSeen, type GrowthRecord } from '../forecast/growth.ts';
import { readOutlook, readTotals, type Sight } from '../forecast/outlook.ts';
import type { Judge, Judged, Judging } from '../judge.ts';
import { budgetPrefix } from '../keys.ts';
import { assess } from './assess.ts';
import { estimatesFrom, type ReadEstimate } from './estimate.ts';
import { figuresOf, whereOf } from './figures.ts';
import { lateOf } from './late.ts';
import { onePage } from './page.ts';
import { budgetKey, type BudgetRecord, type BudgetSettings } from './record.ts';
import { sayExceeded, sayRestored } from './say.ts';

/** So many questions to the ledger are enough for one transaction. */
const mostBudgets = 20;
/** Until then in a month the last bills of the month before are still coming in. */
const lateDays = 10;

/** Compares every budget with what was spent, will be, and is placed; says each passed threshold once, and when it no longer is. */
export const judgeBudgets: Judge = async (judging) => {
  const { context, cursor } = judging;
  const sight = await look(judging);
  const names = (await namesOf(judging)).filter((each) => cursor === undefined || each > cursor);
  const around: Around = { judging, sight, estimate: estimatesFrom(context.records) };
  const writes = cursor === undefined ? [{ key: growthKey, value: sight.growth }] : [];
  return onePage(
    names.map((name) => ({ name })),
    ({ name }) => judgeOne(name, around),
    { writes, mostSteps: mostBudgets },
  );
};

/** How far bills reach, and, once a sweep, what they tell of their own lateness. */
async function look({ spend, context, cursor }: Judging): Promise<Sight> {
  const today = dayAt(context.now);
  const totals = await readTotals(spend, today);
  const known = await context.records.get<GrowthRecord>(growthKey);
  return { today, totals, growth: cursor === undefined ? withSeen(known, totals, today) : known };
}

/** Configured ones and those that were. */
async function namesOf({ given, context }: Judging): Promise<readonly string[]> {
  const names = new Set(given.settings.budgets.map(({ name }) => name));
  // More records than budgets can be configured, so that one answer holds them all.
  const { items } = await context.records.list<BudgetRecord>(budgetPrefix, { limit: 1000 });
  for (const { value } of items) names.add(value.budget);
  return [...names].sort();
}

interface Around {
  readonly judging: Judging;
  readonly sight: Sight;
  readonly estimate: ReadEstimate;
}

async function judgeOne(name: string, around: Around): Promise<Judged> {
  const { given, context } = around.judging;
  const key = budgetKey(name);
  const record = await context.records.get<BudgetRecord>(key);
  const budget = given.settings.budgets.find((each) => each.name === name);
  if (budget !== undefined) return compare(budget, record, around);
  if (record === undefined) return {};
  const { scope, period, passed } = record;
  const said = { budget: name, scope, period, reason: 'the budget is no longer configured' };
  return {
    writes: [{ key, value: undefined }],
    events: passed.length === 0 ? [] : [budgetRestored.draft(said)],
  };
}

async function compare(budget: BudgetSettings, known: BudgetRecord | undefined, around: Around): Promise<Judged> {
  const { judging, sight } = around;
  const { spend, given, context } = judging;
  const currency = budget.currency ?? given.settings.currency;
  const period = monthOf(sight.today);
  const where = whereOf(budget.scope ?? {});
  const query = { currency, ...(where === undefined ? {} : { where }) };
  const outlook = await readOutlook(spend, sight, { month: period, ...query });
  const estimated = (budget.thresholds ?? []).some(({ on }) => on === 'estimate');
  const estimate = await around.estimate(budget.scope ?? {});
  const figures = figuresOf({ currency, outlook, estimate, estimated });
  const assessed = assess({ budget, currency, record: known, figures, period, now: context.now });
  const before = monthsLater(period, -1);
  const isLate = assessed.record.before?.period === before && sight.today < daysOf(period).from + lateDays;
  const spentBefore = isLate ? (await readOutlook(spend, sight, { month: before, ...query })).spentMicros : undefined;
  const late = lateOf(budget, assessed.record, spentBefore, context.now);
  const saying = { spend, record: late.record, where, estimate };
  const exceeded = await sayExceeded(assessed.exceeded, period, saying);
  return {
    writes: [{ key: budgetKey(budget.name), value: late.record }],
    events: [
      ...(await sayExceeded(late.exceeded, before, saying)),
      ...sayRestored(assessed.restored, late.record),
      ...exceeded,
    ],
  };
}
