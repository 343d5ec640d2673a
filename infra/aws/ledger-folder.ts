/** Where in the bucket the ledger lies: as shared/adapters/cost-hub writes it. */
export const ledgerFolder = 'ledger/';
