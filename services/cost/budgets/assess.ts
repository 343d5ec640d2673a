import { costScopeName, type CostScope } from '../../../shared/contracts/cost-values.ts';
import { dayNumber } from '../../../shared/domain/calendar.ts';
import { amount } from './money.ts';
import { isBlocked, type BudgetRecord, type BudgetSettings, type Figures, type Passed } from './record.ts';
import { isPassed, knownOf, measure, type Measured } from './thresholds.ts';

/** What is to be said of a budget after its figures were looked at. */
export interface Assessed {
  readonly record: BudgetRecord;
  /** Passed now and not before. */
  readonly exceeded: readonly Passed[];
  /** Why what was exceeded or blocked no longer is; absent where nothing of the kind happened. */
  readonly restored?: string;
}

export interface Assessing {
  readonly budget: BudgetSettings;
  readonly currency: string;
  /** What is known from before. */
  readonly record: BudgetRecord | undefined;
  readonly figures: Figures;
  readonly period: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Compares and remembers. Pure: each threshold is said once, and again only after it was within the budget meanwhile. */
export function assess({ budget, currency, record: known, figures, period, now }: Assessing): Assessed {
  const amountMicros = Math.round(budget.amount * 1e6);
  const scope = budget.scope ?? {};
  // What was said of another month, currency or scope has to be said of these.
  const own = known !== undefined && isSameScope(known.scope, scope) ? known : undefined;
  const before = own?.period === period && own.currency === currency ? own : undefined;
  const burstTold = own?.burstTold;
  const measured = measure({ budget, amountMicros, figures, burstTold });
  const judged = measured.flatMap((each) => {
    const earlier = knownOf(before, each);
    return isPassed(each, earlier) ? [judge(each, earlier, now)] : [];
  });
  const { days, ...rest } = figures;
  const lastDay = days.at(-1);
  const record: BudgetRecord = {
    budget: budget.name,
    scope,
    currency,
    amountMicros,
    period,
    ...rest,
    ...(lastDay === undefined ? {} : { lastDay }),
    passed: judged.map(({ passed }) => passed),
    ...burstToldOf(judged, burstTold),
    ...beforeOf(own, period),
    judgedAt: now,
  };
  const exceeded = judged.flatMap(({ passed, isNew }) => (isNew ? [passed] : []));
  const restored = restoredBy(known, record);
  return { record, exceeded, ...(restored === undefined ? {} : { restored }) };
}

function burstToldOf(judged: readonly { readonly passed: Passed }[], told: string | undefined) {
  const latest = judged.flatMap(({ passed }) => passed.day ?? []).reduce((a, b) => (a > b ? a : b), told ?? '');
  return latest === '' ? {} : { burstTold: latest };
}

const isSameScope = (a: CostScope, b: CostScope): boolean => costScopeName(a) === costScopeName(b);

function judge(each: Measured, earlier: Passed | undefined, now: number): { passed: Passed; isNew: boolean } {
  const { amountMicros = 0, basis, percent, block, limitMicros, day } = each;
  const at = day === undefined ? {} : { day };
  // The day after a burst that is one too goes on with it; a later one is another.
  const goesOn = earlier !== undefined && (day === undefined || daysBetween(earlier.day, day) <= 1);
  if (goesOn && !(block && !earlier.block)) return { passed: { ...earlier, block, limitMicros, ...at }, isNew: false };
  return { passed: { basis, percent, block, limitMicros, amountMicros, since: now, ...at }, isNew: true };
}

const daysBetween = (from: string | undefined, to: string): number =>
  from === undefined ? Infinity : dayNumber(to) - dayNumber(from);

function beforeOf(known: BudgetRecord | undefined, period: string): Pick<BudgetRecord, 'before'> {
  if (known === undefined) return {};
  if (known.period === period) return known.before === undefined ? {} : { before: known.before };
  const told = known.passed.filter(({ basis }) => basis === 'actual').map(({ percent }) => percent);
  return { before: { period: known.period, told } };
}

/**
 * A block that ended, or the last passed threshold that no longer is. Never together with a new block: who hears both at once could not
 * tell which came last.
 */
function restoredBy(known: BudgetRecord | undefined, record: BudgetRecord): string | undefined {
  if (known === undefined || isBlocked(record)) return undefined;
  const unblocked = isBlocked(known);
  const clear = known.passed.length > 0 && record.passed.length === 0;
  return unblocked || clear ? whyRestored(known, record) : undefined;
}

function whyRestored(known: BudgetRecord, record: BudgetRecord): string {
  const { currency } = record;
  if (known.period !== record.period) return `a new month began: ${record.period}`;
  if (known.currency !== currency) return `the budget is in ${currency} now, not ${known.currency}`;
  if (!isSameScope(known.scope, record.scope)) {
    return `the budget is of ${costScopeName(record.scope)} now, not of ${costScopeName(known.scope)}`;
  }
  if (known.amountMicros < record.amountMicros) {
    return `the budget was raised from ${amount(known.amountMicros, currency)} to ${amount(record.amountMicros, currency)}`;
  }
  const left = known.passed.filter(({ block }) => block || !isBlocked(known))[0];
  return left === undefined ? 'its thresholds were changed' : whyWithin(left, record);
}

function whyWithin({ basis, limitMicros }: Passed, record: BudgetRecord): string {
  const said = {
    actual: { micros: record.spentMicros, why: (money: string) => `bills were corrected: ${money} has been spent` },
    forecast: { micros: record.forecast?.micros, why: (money: string) => `the forecast fell to ${money}` },
    estimate: { micros: record.estimateMicros, why: (money: string) => `what is placed costs ${money} a month now` },
    burst: { micros: record.lastDay?.micros, why: (money: string) => `a day costs ${money} again` },
  }[basis];
  if (said.micros === undefined || said.micros >= limitMicros) return 'its thresholds were changed';
  return said.why(amount(said.micros, record.currency));
}
