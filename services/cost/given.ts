import type { BudgetNotice } from './budget-notice.ts';
import type { BillSource } from '../../shared/ports/bill-source.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import type { PriceSource } from '../../shared/ports/price-source.ts';
import type { CostSettings } from './settings.ts';

/** What a composition root hands to cost: settings, and the outside through ports. */
export interface CostGiven {
  readonly settings: CostSettings;
  readonly ledger: Ledger;
  /** Configured places of bills, and `upload`. */
  readonly billSources: readonly BillSource[];
  /** Where a bill lies while it is read; default the system's folder for temporary files. */
  readonly workFolder?: string;
  readonly priceSources: readonly PriceSource[];
  /** Posts a budget's webhook. @throws when it was not taken: the delivery is then tried again. */
  readonly post: (notice: BudgetNotice) => Promise<void>;
}
