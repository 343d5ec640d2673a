import { join } from 'node:path';
import { configuredSources } from '../../shared/adapters/bills/configured-sources.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { BillSource } from '../../shared/ports/bill-source.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';

export interface BillSourcesOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Where answers of cost APIs are kept, which were paid for. */
  readonly cacheFolder: string;
}

/**
 * A source for each place that is configured, signed in to as this machine is, and as the deployers are.
 * @throws Error naming a signature that cannot be had
 */
export function billSources({ settings, secrets, cacheFolder }: BillSourcesOptions): readonly BillSource[] {
  return configuredSources(settings.cost.bills, {
    file: (config) => async () => (await import('../../shared/adapters/bills-files/index.ts')).createFileSource(config),
    azure: () => () => azureCredential(settings),
    google: () => () => Promise.resolve(undefined),
    paidPages: () => () => Promise.resolve(join(cacheFolder, 'cost-apis')),
    secrets,
  });
}

async function azureCredential({ clouds }: Settings) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const { tenant } = clouds.azure;
  return new DefaultAzureCredential(tenant === undefined ? {} : { tenantId: tenant });
}
