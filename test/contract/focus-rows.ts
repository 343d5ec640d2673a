/** Rows of bills, for tests of paths. */
export { csvOf, focusRow, type FocusRow } from '../../shared/adapters/ledger-duckdb/fixtures.ts';
