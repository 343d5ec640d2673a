import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { budgetWebhooks } from '../../shared/adapters/budget-webhook/index.ts';
import { lazyLedger } from '../../shared/adapters/ledger-duckdb/lazy.ts';
import { priceLists } from '../../shared/adapters/price-reading/configured-lists.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { settingsFrom, type CostGiven } from '../../services/cost/index.ts';
import type { TakeBill } from '../../services/ingress/upload.ts';
import { billSources } from './bill-sources.ts';
import { inboxSource } from './inbox.ts';
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
    ledger: lazyLedger(async () => {
      const { createLedger, folderFiles } = await import('../../shared/adapters/ledger-duckdb/index.ts');
      return createLedger({ files: folderFiles(join(ledgerFolder, 'files')), workFolder: join(ledgerFolder, 'work') });
    }),
    billSources: [...billSources({ settings, secrets, cacheFolder: ledgerFolder }), inboxSource(inboxOf(folder))],
    workFolder: join(ledgerFolder, 'work'),
    priceSources: priceLists(settings.cost.prices.sources, { secrets, now: Date.now }),
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
