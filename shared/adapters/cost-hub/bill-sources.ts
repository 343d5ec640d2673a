import type { BillSourceConfig } from '../../contracts/config-bills.ts';
import { hubCannotRead } from '../../contracts/config-bills-hub.ts';
import type { BillSource } from '../../ports/bill-source.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { configuredSources } from '../bills/configured-sources.ts';
import { ledgerPrefix } from './ledger.ts';
import type { Identities } from './remote.ts';

export interface HubBillsOptions {
  readonly identities: Identities;
  readonly secrets: Secrets;
  /** Where answers of cost APIs are kept, which were paid for. */
  readonly bucket: string;
}

/**
 * A source for each place that is configured, read as the function's own role in AWS and as what trusts it elsewhere.
 * @throws Error naming the source that the hub cannot read
 */
export function hubBillSources(
  bills: readonly BillSourceConfig[],
  { identities: { azure, gcp, sts }, secrets, bucket }: HubBillsOptions,
): readonly BillSource[] {
  return configuredSources(bills, {
    file: (config) => {
      throw hubCannotRead(config);
    },
    azure: (config) => {
      const identity = trusting(config, azure);
      return async () => (await import('./identities.ts')).azureCredential(identity, sts);
    },
    google: (config, scope) => {
      const identity = trusting(config, gcp);
      return async () => (await import('./identities.ts')).googleClient(identity, scope, sts);
    },
    // In the bucket, beside the ledger's files: no instance of the function pays for what another has paid for.
    paidPages:
      ({ name }) =>
      async () => {
        const { s3PageCache } = await import('../bills-cost-api/page-cache-s3.ts');
        return s3PageCache({ bucket, prefix: `${ledgerPrefix}cost-apis/${name}/` });
      },
    secrets,
  });
}

function trusting<T>(config: BillSourceConfig, identity: T | undefined): T {
  if (identity !== undefined) return identity;
  throw hubCannotRead(config);
}
