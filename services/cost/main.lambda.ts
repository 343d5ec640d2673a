import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { budgetWebhooks } from '../../shared/adapters/budget-webhook/index.ts';
import { billIdentities, hubBillSources, hubLedger } from '../../shared/adapters/cost-hub/index.ts';
import { createTelemetry, required, serviceFunction, type Composition } from '../../shared/adapters/lambda/index.ts';
import { priceLists } from '../../shared/adapters/price-reading/configured-lists.ts';
import { createSecrets } from '../../shared/adapters/secrets/index.ts';
import { handlers, settingsFrom, type CostGiven } from './index.ts';

const clock = { now: () => Date.now() };

/** What cost is given on the hub. @throws Error naming the variable that is missing, or the source or secret that cannot be had here. */
export function costGiven({ settings, environment }: Composition): CostGiven {
  const { logger } = createTelemetry('cost');
  const secrets = createSecrets({ environment, clock, logger });
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const folder = join(tmpdir(), 'ledger');
  const { bills, budgets, prices } = settings.cost;
  return {
    settings: settingsFrom(settings),
    ledger: hubLedger({ bucket, folder, clock }),
    billSources: hubBillSources(bills, { identities: billIdentities(settings.hub), secrets, bucket }),
    workFolder: join(folder, 'work'),
    priceSources: priceLists(prices.sources, { secrets, now: clock.now }),
    post: budgetWebhooks({ budgets, secrets }),
  };
}

/** Configure as `index.handler` of the packaged function, with an SQS event source that reports batch item failures. */
export const handler = serviceFunction('cost', (from) => handlers(costGiven(from)));
