import type { Ledger } from '../../ports/ledger.ts';
import { onDemand } from '../on-demand.ts';

/**
 * A ledger whose engine, of 70 MB, is loaded with the first bill or the first question about one: a process that reads no bills, and an
 * event that has none, do not pay for it.
 */
export function lazyLedger(load: () => Promise<Ledger>): Ledger {
  const ledger = onDemand(load);
  return {
    ingest: async (file, rules) => (await ledger()).ingest(file, rules),
    sums: async (files, query) => (files.length === 0 ? [] : (await ledger()).sums(files, query)),
    differs: async (files, query) => files.length > 0 && (await ledger()).differs(files, query),
    lines: async (files, query) => (files.length === 0 ? [] : (await ledger()).lines(files, query)),
    drop: async (files) => (files.length === 0 ? undefined : (await ledger()).drop(files)),
    close: async () => (await ledger.taken())?.close(),
  };
}
