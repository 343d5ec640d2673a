/**
 * FOCUS columns by what they mean to the ledger. Columns may come in any order; names are compared without case; those that are not
 * here are not read. Where a version renamed a column, the newer name comes first.
 *
 * Source: FinOps Open Cost and Usage Specification, column lists of 1.0-preview, 1.0, 1.1 and 1.2.
 */
export const columns = {
  billed: { names: ['BilledCost'], needed: true },
  effective: { names: ['EffectiveCost'], needed: false },
  contracted: { names: ['ContractedCost'], needed: false },
  list: { names: ['ListCost'], needed: false },
  account: { names: ['BillingAccountId'], needed: true },
  currency: { names: ['BillingCurrency'], needed: true },
  periodStart: { names: ['BillingPeriodStart'], needed: true },
  periodEnd: { names: ['BillingPeriodEnd'], needed: true },
  chargeStart: { names: ['ChargePeriodStart'], needed: true },
  chargeEnd: { names: ['ChargePeriodEnd'], needed: true },
  category: { names: ['ChargeCategory'], needed: true },
  class: { names: ['ChargeClass'], needed: false },
  description: { names: ['ChargeDescription'], needed: false },
  provider: { names: ['ProviderName', 'ServiceProviderName'], needed: true },
  serviceName: { names: ['ServiceName'], needed: true },
  serviceCategory: { names: ['ServiceCategory'], needed: false },
  subAccount: { names: ['SubAccountId'], needed: false },
  region: { names: ['RegionId', 'Region', 'RegionName'], needed: false },
  sku: { names: ['SkuId', 'SkuPriceId'], needed: false },
  resource: { names: ['ResourceId', 'ResourceName'], needed: false },
  quantity: { names: ['ConsumedQuantity', 'UsageQuantity', 'PricingQuantity'], needed: false },
  unit: { names: ['ConsumedUnit', 'UsageUnit', 'PricingUnit'], needed: false },
  tags: { names: ['Tags'], needed: false },
} as const satisfies Readonly<Record<string, { readonly names: readonly string[]; readonly needed: boolean }>>;

export type Meaning = keyof typeof columns;
export const meanings = Object.keys(columns) as readonly Meaning[];

/** What each version brought: the newest of which something is there is the version of a file. */
const brought: readonly { readonly version: string; readonly columns: readonly string[] }[] = [
  { version: '1.3', columns: ['ServiceProviderName', 'HostProviderName', 'AllocatedMethodId', 'ContractApplied'] },
  {
    version: '1.2',
    columns: [
      'InvoiceId',
      'BillingAccountType',
      'SubAccountType',
      'PricingCurrency',
      'PricingCurrencyContractedUnitPrice',
      'PricingCurrencyEffectiveCost',
      'PricingCurrencyListUnitPrice',
    ],
  },
  {
    version: '1.1',
    columns: [
      'CapacityReservationId',
      'CapacityReservationStatus',
      'CommitmentDiscountQuantity',
      'CommitmentDiscountUnit',
      'ServiceSubcategory',
      'SkuMeter',
      'SkuPriceDetails',
    ],
  },
  { version: '1.0', columns: ['ChargeClass', 'ContractedCost', 'ConsumedQuantity', 'RegionId'] },
  { version: '1.0-preview', columns: ['ChargeSubcategory', 'UsageQuantity', 'UsageUnit', 'Region'] },
];

export interface Read {
  /** `FOCUS 1.2`. */
  readonly format: string;
  /** The file's own spelling of each column that is there. */
  readonly found: Readonly<Partial<Record<Meaning, string>>>;
  /** Needed and not there, by their newest name. */
  readonly missing: readonly string[];
  /** Neither of FOCUS, as far as we know, nor a provider's own `x_`. */
  readonly unknown: readonly string[];
}

/** What a file is, told from the names of its columns. */
export function readColumns(names: readonly string[]): Read {
  const own = new Map(names.map((name) => [name.toLowerCase(), name]));
  const found: Partial<Record<Meaning, string>> = {};
  for (const meaning of meanings) {
    const there = columns[meaning].names.map((each) => own.get(each.toLowerCase())).find((each) => each !== undefined);
    if (there !== undefined) found[meaning] = there;
  }
  const version = brought.find((each) => each.columns.some((name) => own.has(name.toLowerCase())))?.version ?? '1.0';
  return {
    format: `FOCUS ${version}`,
    found: pairUnit(found, own),
    missing: meanings
      .filter((each) => columns[each].needed && found[each] === undefined)
      .map((each) => columns[each].names[0]),
    unknown: names.filter((name) => !known.has(name.toLowerCase()) && !/^x_/i.test(name)),
  };
}

/** A quantity counts in its own unit: consumed with consumed, pricing with pricing. */
function pairUnit(found: Partial<Record<Meaning, string>>, own: ReadonlyMap<string, string>) {
  const { quantity, unit: _, ...rest } = found;
  if (quantity === undefined) return rest;
  const unit = own.get(quantity.toLowerCase().replace('quantity', 'unit'));
  return unit === undefined ? rest : { ...rest, quantity, unit };
}

const known = new Set(
  [
    ...meanings.flatMap((each) => [...columns[each].names]),
    ...brought.flatMap((each) => [...each.columns]),
    ...'AvailabilityZone BillingAccountName ChargeFrequency ChargeSubcategory CommitmentDiscountCategory CommitmentDiscountId'.split(
      ' ',
    ),
    ...'CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType ConsumedUnit ContractedUnitPrice InvoiceIssuerName'.split(
      ' ',
    ),
    ...'ListUnitPrice PricingCategory PublisherName ResourceType SkuPriceId SubAccountName PricingUnit UsageUnit'.split(
      ' ',
    ),
  ].map((name) => name.toLowerCase()),
);
