import type { DataOf } from '../../shared/contracts/contract.ts';
import { billImported } from '../../shared/contracts/bill-imported.ts';
import { billFileName } from '../../shared/contracts/bill-received.ts';
import { billRefused } from '../../shared/contracts/bill-refused.ts';
import { budgetExceeded } from '../../shared/contracts/budget-exceeded.ts';
import { budgetRestored } from '../../shared/contracts/budget-restored.ts';
import { costAnomaly } from '../../shared/contracts/cost-anomaly.ts';
import { costScopeName } from '../../shared/contracts/cost-values.ts';
import { pricesUpdated } from '../../shared/contracts/prices-updated.ts';
import { recommendationApplied } from '../../shared/contracts/recommendation-applied.ts';
import { recommendationMade } from '../../shared/contracts/recommendation-made.ts';
import { recommendationVerified } from '../../shared/contracts/recommendation-verified.ts';
import { money } from './money.ts';

type Colour = 'green' | 'yellow' | 'red' | 'cyan';

/** Words for what is spent and could be saved, and their colour. */
export const costMarks: Readonly<Record<string, readonly [Colour, string]>> = {
  [billImported.type]: ['cyan', 'bill'],
  [billRefused.type]: ['red', 'bill refused'],
  [budgetExceeded.type]: ['red', 'over budget'],
  [budgetRestored.type]: ['green', 'within budget'],
  [costAnomaly.type]: ['yellow', 'anomaly'],
  [pricesUpdated.type]: ['cyan', 'prices'],
  [recommendationMade.type]: ['cyan', 'could save'],
  [recommendationApplied.type]: ['cyan', 'saving'],
  [recommendationVerified.type]: ['green', 'saved'],
};

const words: Readonly<Record<string, (data: never) => string>> = {
  [billImported.type]: ({ bill, totalMicros, currency, previousMicros }: DataOf<typeof billImported>) =>
    `${bill}  ${money(totalMicros, currency)}${previousMicros === undefined ? '' : ` in place of ${money(previousMicros, currency)}`}`,
  [billRefused.type]: ({ file, problems }: DataOf<typeof billRefused>) =>
    `${billFileName(file)}  ${problems[0]?.message ?? ''}`,
  [budgetExceeded.type]: (data: DataOf<typeof budgetExceeded>) =>
    `${data.budget} (${costScopeName(data.scope)})  ${data.basis} ${money(data.amountMicros, data.currency)}, ${data.percent} % is ${money(data.limitMicros, data.currency)}${data.block ? '; nothing dearer is placed' : ''}`,
  [budgetRestored.type]: ({ budget, reason }: DataOf<typeof budgetRestored>) => `${budget}  ${reason}`,
  [costAnomaly.type]: (data: DataOf<typeof costAnomaly>) =>
    `${[data.application, data.service].filter(Boolean).join('/') || (data.serviceName ?? data.cloud ?? 'fleet')}  ${money(data.actualMicros, data.currency)} on ${data.day}, usually ${money(data.expectedMicros, data.currency)}`,
  [pricesUpdated.type]: ({ cloud, changes, quarantined }: DataOf<typeof pricesUpdated>) =>
    `${cloud}  ${changes.length} changed, ${quarantined.length} set aside`,
  [recommendationMade.type]: ({ recommendation, monthlySavingMicros, reason }: DataOf<typeof recommendationMade>) =>
    `${money(monthlySavingMicros, 'USD')} a month  ${reason}  (${recommendation})`,
  [recommendationApplied.type]: ({ recommendation, outcome, reason }: DataOf<typeof recommendationApplied>) =>
    `${recommendation}  ${outcome}: ${reason}`,
  [recommendationVerified.type]: (data: DataOf<typeof recommendationVerified>) =>
    `${data.recommendation}  ${money(data.savedMicros, data.currency)} a month of ${money(data.promisedMicros, data.currency)} promised: ${data.outcome}`,
};

/** What such an event tells a person; undefined for every other. */
export function costWords(type: string, data: Readonly<Record<string, unknown>>): string | undefined {
  return words[type]?.(data as never);
}
