export { hubBillSources, type HubBillsOptions } from './bill-sources.ts';
export { hubLedger, type HubLedgerOptions } from './ledger.ts';
export { priceLists, type PriceListsOptions } from './price-lists.ts';
