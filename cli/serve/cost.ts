import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { budgetWebhooks } from '../../shared/adapters/budget-webhook/index.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Ledger } from '../../shared/ports/ledger.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { settingsFrom, type CostGiven } from '../../services/cost/index.ts';
import type { TakeBill } from '../../services/ingress/upload.ts';
import { billSources } from './bill-sources.ts';
import { inboxSource } from './inbox.ts';
import { priceSources } from './price-sources.ts';
import { takeBills } from './upload.ts';

export interface CostOptions {
  readonly settings: Settings;
  /** The data folder: `ledger/` and `inbox/` are made in it when there is a bill. */
  readonly folder: string;
  readonly secrets: Secrets;
}

/** What cost is given on one machine. Nothing of it is loaded, and no folder made, before there is a bill to read. */
export function costGiven({ settings, folder, secrets }: CostOptions): CostGiven {
  const ledgerFolder = join(folder, 'ledger');
  return {
    settings: settingsFrom(settings),
    ledger: lazyLedger(ledgerFolder),
    billSources: [...billSources({ settings, cacheFolder: ledgerFolder }), inboxSource(inboxOf(folder))],
    workFolder: join(ledgerFolder, 'work'),
    priceSources: priceSources(settings.cost.prices.sources, { secrets, now: Date.now }),
    post: budgetWebhooks({ budgets: settings.cost.budgets, secrets }),
  };
}

/** The door for bills that are sent. */
export function billDoor(
  { settings, folder }: Pick<CostOptions, 'settings' | 'folder'>,
  { bus, clock }: { readonly bus: EventBus; readonly clock: Clock },
): TakeBill {
  const { uploadMegabytes: megabytes } = settings.cost;
  return takeBills({ inbox: inboxOf(folder), megabytes, bus, clock, newId: randomUUID });
}

const inboxOf = (folder: string): string => join(folder, 'inbox');

/** The engine weighs 70 MB: who reads no bills does not pay for it. */
function lazyLedger(folder: string): Ledger {
  let loaded: Promise<Ledger> | undefined;
  const ledger = (): Promise<Ledger> => {
    loaded ??= import('../../shared/adapters/ledger-duckdb/index.ts').then(({ createLedger, folderFiles }) =>
      createLedger({ files: folderFiles(join(folder, 'files')), workFolder: join(folder, 'work') }),
    );
    return loaded;
  };
  return {
    ingest: async (file, rules) => (await ledger()).ingest(file, rules),
    sums: async (files, query) => (files.length === 0 ? [] : (await ledger()).sums(files, query)),
    lines: async (files, query) => (files.length === 0 ? [] : (await ledger()).lines(files, query)),
    drop: async (files) => (files.length === 0 ? undefined : (await ledger()).drop(files)),
    close: async () => (await loaded)?.close(),
  };
}
