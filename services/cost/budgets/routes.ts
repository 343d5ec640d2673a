import { costScopeName } from '../../../shared/contracts/cost-values.ts';
import type { QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import type { CostSettings } from '../settings.ts';
import { budgetKey, isBlocked, type BudgetRecord, type BudgetSettings } from './record.ts';
import { defaultThresholds } from './thresholds.ts';

/** Budgets as they stood when they were last compared with bills: nothing is read from the ledger for it. */
export function budgetRoutes(records: RecordStore, settings: CostSettings): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/cost/budgets',
      answer: async () => {
        const budgets = await Promise.all(
          settings.budgets.map(async (budget) => {
            const found = await records.get<BudgetRecord>(budgetKey(budget.name));
            return shown(budget, found?.value, settings.currency);
          }),
        );
        return { status: 200, body: { budgets } };
      },
    },
  ];
}

/** `unknown` until bills were compared with it, or where none of them can be. */
type State = 'unknown' | 'within' | 'exceeded' | 'blocked';

function shown(budget: BudgetSettings, record: BudgetRecord | undefined, defaultCurrency: string) {
  const { name, scope = {}, thresholds = defaultThresholds, burst } = budget;
  const amountMicros = Math.round(budget.amount * 1e6);
  const currency = budget.currency ?? defaultCurrency;
  const common = { budget: name, scope, scopeName: costScopeName(scope), amountMicros, currency, thresholds };
  const configured = { ...common, ...(burst === undefined ? {} : { burst }) };
  if (record === undefined) return { ...configured, state: 'unknown' satisfies State, blocked: false, passed: [] };
  const { period, spentMicros, forecast, estimateMicros, lastDay, problems, passed, judgedAt } = record;
  return {
    ...configured,
    state: stateOf(record),
    period,
    ...(spentMicros === undefined ? {} : { spentMicros, usedRatio: spentMicros / amountMicros }),
    ...(forecast === undefined ? {} : { forecast }),
    ...(estimateMicros === undefined ? {} : { estimateMicros }),
    ...(lastDay === undefined ? {} : { lastDay }),
    blocked: isBlocked(record),
    passed: passed.map(({ since, ...each }) => ({ ...each, since: new Date(since).toISOString() })),
    problems,
    judgedAt: new Date(judgedAt).toISOString(),
  };
}

function stateOf(record: BudgetRecord): State {
  if (isBlocked(record)) return 'blocked';
  if (record.passed.length > 0) return 'exceeded';
  return record.spentMicros === undefined ? 'unknown' : 'within';
}
