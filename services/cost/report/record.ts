import type { CostReport } from '../../../shared/contracts/cost-views.ts';
import { reportPrefix } from '../keys.ts';

export type { CostPart as Part, CurrencyReport, ReportDay, ServicePart } from '../../../shared/contracts/cost-views.ts';

/**
 * What a month cost, as the last sweep saw it: what the read endpoint, the page and the exports show, so that nobody who looks needs
 * the ledger. Every list of a currency adds up to its total, to the micro-unit; what does not fit is in `(others)`.
 */
export interface ReportRecord extends Omit<CostReport, 'cost' | 'readAt' | 'periods'> {
  /** Epoch ms of the sweep. */
  readonly at: number;
  readonly sweep: string;
}

export const reportKey = (period: string): string => `${reportPrefix}${period}`;
export const others = '(others)';
