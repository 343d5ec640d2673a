/** A provider's cost API, one page of one month at a time. */
export interface CostApi {
  readonly name: string;
  /** What is read, for people: `AWS Cost Explorer`. */
  readonly format: string;
  /**
   * A page of the month. `token` goes on where an earlier page ended.
   * @throws Throttled, Unauthorized, CloudUnreachable
   */
  page(month: Month, token: string | undefined): Promise<CostPage>;
}

/** From the first day to the first that is not meant: never a day that has not begun. */
export interface Month {
  readonly from: string;
  readonly to: string;
}

export interface CostPage {
  readonly rows: readonly FocusRow[];
  readonly next?: string;
  /** What this request cost, micro-dollars. */
  readonly requestMicros: number;
}

/**
 * One row in FOCUS's words, so that one importer reads files and answers alike. Amounts are the provider's own decimal text: a number
 * of ours would round them. A cost API knows no list or contracted price: what was billed stands in.
 */
export interface FocusRow {
  readonly BilledCost: string;
  readonly EffectiveCost: string;
  readonly ContractedCost: string;
  readonly ListCost: string;
  readonly BillingAccountId: string;
  readonly BillingAccountName: string;
  readonly BillingCurrency: string;
  readonly BillingPeriodStart: string;
  readonly BillingPeriodEnd: string;
  readonly ChargeCategory: 'Usage' | 'Credit';
  readonly ChargeClass: null;
  readonly ChargeDescription: string;
  readonly ChargePeriodStart: string;
  readonly ChargePeriodEnd: string;
  readonly InvoiceIssuerName: string;
  readonly PricingQuantity: string | null;
  readonly PricingUnit: string | null;
  readonly ProviderName: string;
  readonly PublisherName: string;
  readonly ServiceCategory: string;
  readonly ServiceName: string;
  readonly Tags: Readonly<Record<string, string>>;
}

export interface Charge {
  readonly day: string;
  /** Decimal text. */
  readonly billed: string;
  readonly effective?: string;
  readonly currency: string;
  readonly account: string;
  readonly provider: string;
  readonly serviceName: string;
  readonly tags: Readonly<Record<string, string>>;
}

const dayMs = 86_400_000;
export const dayAfter = (day: string): string => new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);

/** `YYYY-MM`, both. */
export function monthsBefore(month: string, by: number): string {
  const [year = 0, index = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, index - 1 - by, 1)).toISOString().slice(0, 7);
}

/** First day of the month after the one a day is in. */
export function nextMonth(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}

/** @throws Error when an amount is not one: what a provider does not say must not become nothing. */
export function focusRow({
  day,
  billed,
  effective = billed,
  currency,
  account,
  provider,
  serviceName,
  tags,
}: Charge): FocusRow {
  for (const amount of [billed, effective]) {
    if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(amount))
      throw new Error(`${provider}: "${amount}" on ${day} is no amount of money`);
  }
  const issuer = { InvoiceIssuerName: provider, ProviderName: provider, PublisherName: provider };
  return {
    BilledCost: billed,
    EffectiveCost: effective,
    ContractedCost: billed,
    ListCost: billed,
    BillingAccountId: account,
    BillingAccountName: account,
    BillingCurrency: currency,
    BillingPeriodStart: `${day.slice(0, 7)}-01T00:00:00Z`,
    BillingPeriodEnd: `${nextMonth(day)}T00:00:00Z`,
    // A sum over a day does not say what it is made of; below nothing it can only be money that came back.
    ChargeCategory: billed.startsWith('-') ? 'Credit' : 'Usage',
    ChargeClass: null,
    ChargeDescription: `${serviceName}, all charges of the day`,
    ChargePeriodStart: `${day}T00:00:00Z`,
    ChargePeriodEnd: `${dayAfter(day)}T00:00:00Z`,
    ...issuer,
    PricingQuantity: null,
    PricingUnit: null,
    ServiceCategory: 'Other',
    ServiceName: serviceName,
    Tags: tags,
  };
}
