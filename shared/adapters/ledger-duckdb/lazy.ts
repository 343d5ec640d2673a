import type { Ledger } from '../../ports/ledger.ts';

/**
 * A ledger whose engine, of 70 MB, is loaded with the first bill or the first question about one: a process that reads no bills, and an
 * event that has none, do not pay for it. A failure to load is not kept.
 */
export function lazyLedger(load: () => Promise<Ledger>): Ledger {
  let loaded: Promise<Ledger> | undefined;
  const ledger = (): Promise<Ledger> =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
  return {
    ingest: async (file, rules) => (await ledger()).ingest(file, rules),
    sums: async (files, query) => (files.length === 0 ? [] : (await ledger()).sums(files, query)),
    lines: async (files, query) => (files.length === 0 ? [] : (await ledger()).lines(files, query)),
    drop: async (files) => (files.length === 0 ? undefined : (await ledger()).drop(files)),
    close: async () => (await loaded)?.close(),
  };
}
