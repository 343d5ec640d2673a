import type { SpendQuery } from '../spend.ts';
import type { CostScope } from '../../../shared/contracts/cost-values.ts';
import { dayName } from '../../../shared/domain/calendar.ts';
import { baselineOf } from '../forecast/baseline.ts';
import type { Outlook } from '../forecast/outlook.ts';
import { estimateCurrency, type PlacedCost } from './estimate.ts';
import { amount } from './money.ts';
import type { DaySpent, Figures } from './record.ts';

export interface Known {
  readonly currency: string;
  readonly outlook: Outlook;
  readonly estimate: PlacedCost | undefined;
  /** Whether a threshold asks for the estimate. */
  readonly estimated: boolean;
}

/** Bills come in lots of several days. */
const burstDays = 7;
/** Fewer days before it say nothing about what is usual. */
const leastDays = 7;

/** What a budget is compared with; what cannot be compared is left out, and said. Pure. */
export function figuresOf({ currency, outlook, estimate, estimated }: Known): Figures {
  const { spentMicros, forecast, others } = outlook;
  const comparable = currency === estimateCurrency;
  return {
    ...(spentMicros === undefined ? {} : { spentMicros }),
    ...(forecast === undefined ? {} : { forecast }),
    ...(estimate === undefined || !comparable ? {} : { estimateMicros: estimate.micros }),
    days: latestDays(outlook.days),
    problems: [
      ...others.map(
        (other) =>
          `${amount(other.micros, other.currency)} of this month's bills is not compared with a budget in ${currency}: ` +
          `amounts in different currencies are never added; make a budget in ${other.currency} for it`,
      ),
      ...(estimated && !comparable
        ? [`estimates are in ${estimateCurrency}: they are not compared with a budget in ${currency}`]
        : []),
    ],
  };
}

function latestDays(days: ReadonlyMap<number, number>): DaySpent[] {
  const all = [...days].sort(([a], [b]) => a - b).map(([day, micros]) => ({ day, micros }));
  return all.slice(-burstDays).flatMap(({ day, micros }) => {
    const baseline = baselineOf(
      all.filter((each) => each.day < day),
      leastDays,
    );
    if (baseline === undefined) return [];
    return [{ day: dayName(day), micros, usualMicros: Math.round(baseline.expected(day)) }];
  });
}

/** What of the bills is in the scope. */
export function whereOf({ application, team, cloud }: CostScope): SpendQuery['where'] {
  if (application !== undefined) return { application };
  if (team !== undefined) return { team };
  return cloud === undefined ? undefined : { provider: cloud };
}
