import type { Envelope } from '../../shared/contracts/envelope.ts';

/** One post to a budget's webhook: the event as it went over the bus. */
export interface BudgetNotice {
  readonly budget: string;
  readonly event: Envelope;
}
