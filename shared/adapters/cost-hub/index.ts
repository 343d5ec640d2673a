export { hubBillSources, type HubBillsOptions } from './bill-sources.ts';
export { hubLedger, type HubLedgerOptions } from './ledger.ts';
export { billIdentities, type Identities } from './remote.ts';
