import { budgetExceeded } from '../../../shared/contracts/budget-exceeded.ts';
import { budgetRestored } from '../../../shared/contracts/budget-restored.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import { dayName, dayNumber, daysOf } from '../../../shared/domain/calendar.ts';
import type { ReadSpend, SpendQuery } from '../spend.ts';
import type { PlacedCost } from './estimate.ts';
import { amount } from './money.ts';
import type { BudgetRecord, Passed } from './record.ts';

export interface Saying {
  readonly spend: ReadSpend;
  readonly record: BudgetRecord;
  readonly where: SpendQuery['where'];
  readonly estimate: PlacedCost | undefined;
}

/** Names in a reason. */
const mostParts = 5;
const longest = 1000;

/** One event for each passed threshold, with what the money went on. */
export async function sayExceeded(passed: readonly Passed[], period: string, saying: Saying): Promise<Draft[]> {
  const reasons = new Map<string, string>();
  const drafts: Draft[] = [];
  for (const each of passed) {
    const kind = each.basis === 'forecast' ? 'actual' : each.basis;
    const reason = reasons.get(kind) ?? (await reasonOf(each, period, saying));
    reasons.set(kind, reason);
    const { budget, scope, currency } = saying.record;
    const { basis, percent, limitMicros, amountMicros, block } = each;
    const said = { budget, scope, period, basis, percent, limitMicros, amountMicros, currency, block, reason };
    drafts.push(budgetExceeded.draft(said));
  }
  return drafts;
}

export function sayRestored(restored: string | undefined, { budget, scope, period }: BudgetRecord): Draft[] {
  return restored === undefined ? [] : [budgetRestored.draft({ budget, scope, period, reason: restored })];
}

async function reasonOf({ basis, day }: Passed, period: string, { spend, ...saying }: Saying): Promise<string> {
  const { where, estimate, record } = saying;
  if (basis === 'estimate') return told(estimate?.parts ?? [], record.currency);
  const days = day === undefined ? daysOf(period) : { from: dayNumber(day), to: dayNumber(day) + 1 };
  const rows = await spend({
    from: dayName(days.from),
    to: dayName(days.to),
    by: ['application', 'service', 'target', 'provider'],
    ...(where === undefined ? {} : { where }),
  });
  const parts = rows
    .filter(({ currency }) => currency === record.currency)
    .map(({ keys, micros }) => ({ name: nameOf(keys), micros }));
  return told(parts, record.currency);
}

function nameOf({ application, service, target, provider }: Awaited<ReturnType<ReadSpend>>[number]['keys']): string {
  const what =
    application == null ? 'what no tag claims' : [application, service].filter((each) => each != null).join('/');
  return `${what} at ${target ?? provider ?? 'an unknown place'}`;
}

function told(parts: readonly { readonly name: string; readonly micros: number }[], currency: string): string {
  const dearest = [...parts].sort((a, b) => b.micros - a.micros || (a.name < b.name ? -1 : 1));
  const named = dearest.slice(0, mostParts).map(({ name, micros }) => `${name}: ${amount(micros, currency)}`);
  const rest = dearest.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ').slice(0, longest);
}
