import type { BudgetBasis } from '../../../shared/contracts/budget-exceeded.ts';
import type { BudgetRecord, BudgetSettings, DaySpent, Figures, Passed } from './record.ts';

/** One threshold beside the figure it is for. */
export interface Measured {
  readonly basis: BudgetBasis;
  readonly percent: number;
  readonly block: boolean;
  readonly limitMicros: number;
  /** Absent: not known, and nothing is concluded from that. */
  readonly amountMicros: number | undefined;
  readonly day?: string;
}

export const defaultThresholds: NonNullable<BudgetSettings['thresholds']> = [
  { percent: 80, on: 'actual' },
  { percent: 100, on: 'actual' },
  { percent: 100, on: 'forecast' },
];

/**
 * A forecast and an estimate waver from day to day. They are within the budget again when they are clearly so: a block that comes and
 * goes would be worse than either.
 */
const clearly = 0.95;

export interface Measuring {
  readonly budget: BudgetSettings;
  readonly amountMicros: number;
  readonly figures: Figures;
  /** The latest burst that was told. */
  readonly burstTold: string | undefined;
}

export function measure({ budget, amountMicros, figures, burstTold }: Measuring): Measured[] {
  const amounts = {
    actual: figures.spentMicros,
    forecast: figures.forecast?.micros,
    estimate: figures.estimateMicros,
  };
  const thresholds = (budget.thresholds ?? defaultThresholds).map(({ percent, on, block = false }) => ({
    basis: on,
    percent,
    block,
    limitMicros: Math.round((amountMicros * percent) / 100),
    amountMicros: amounts[on],
  }));
  return [...thresholds, ...burstOf(budget, figures.days, burstTold)];
}

/** The latest day, or one that came with the same lot of bills and is over: nobody was told of it yet. */
function burstOf({ burst }: BudgetSettings, days: readonly DaySpent[], told = ''): Measured[] {
  if (burst === undefined) return [];
  const { percent, minimum = 0, block = false } = burst;
  const limitOf = ({ usualMicros }: DaySpent): number => Math.max((usualMicros * percent) / 100, minimum * 1e6);
  const day = days.filter((each) => each.day > told && each.micros > limitOf(each)).at(-1) ?? days.at(-1);
  if (day === undefined) return [];
  const measured = { basis: 'burst', percent, block, limitMicros: Math.round(limitOf(day)) } as const;
  return [{ ...measured, amountMicros: day.micros, day: day.day }];
}

/** Above the limit; once it was above, until it clearly is not. What is not known changes nothing. */
export function isPassed({ basis, amountMicros, limitMicros }: Measured, known: Passed | undefined): boolean {
  if (amountMicros === undefined) return known !== undefined;
  switch (basis) {
    case 'actual':
      return amountMicros >= limitMicros;
    case 'burst':
      return amountMicros > limitMicros;
    case 'forecast':
    case 'estimate':
      return amountMicros >= (known === undefined ? limitMicros : limitMicros * clearly);
  }
}

export function knownOf(record: BudgetRecord | undefined, { basis, percent }: Measured): Passed | undefined {
  return record?.passed.find((each) => each.basis === basis && each.percent === percent);
}
