import type { CostPart, CurrencyReport } from '../contracts/cost-views.ts';

/** Every way a month is split. Pure. */
export const partLists = (report: CurrencyReport): readonly (readonly CostPart[])[] => [
  report.byApplication,
  report.byTeam,
  report.byCloud,
  report.byService,
  report.byServiceName,
];

/** Whether anything costs something else amortised than it was billed: else one column says it all. Pure. */
export const isAmortised = (report: CurrencyReport): boolean =>
  partLists(report).some((list) => list.some(({ micros, effectiveMicros = micros }) => effectiveMicros !== micros));

/** Whether a list adds up to its totals, billed and amortised, to the micro-unit. Pure. */
export function adds(list: readonly CostPart[], { totalMicros, effectiveMicros }: CurrencyReport): boolean {
  const sum = (of: (part: CostPart) => number): number => list.reduce((total, part) => total + of(part), 0);
  return (
    sum(({ micros }) => micros) === totalMicros &&
    (effectiveMicros === undefined || sum((part) => part.effectiveMicros ?? 0) === effectiveMicros)
  );
}
