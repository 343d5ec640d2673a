import type { BillSourceConfig } from '../../contracts/config-cost.ts';
import type { BillSource } from '../../ports/bill-source.ts';
import type { AzureIdentity, GoogleIdentity } from './remote.ts';

export interface HubBillsOptions {
  /** Who this function is in the other clouds: `hub.remote`. */
  readonly remote: { readonly azure?: AzureIdentity | undefined; readonly gcp?: GoogleIdentity | undefined };
  /** Where answers of cost APIs are kept, which were paid for. */
  readonly bucket: string;
}

type Of<Kind extends BillSourceConfig['kind']> = Extract<BillSourceConfig, { readonly kind: Kind }>;

/** Requests a day to an API that charges for them, and bytes of a query that does. */
const defaultPages = 100;
const defaultScan = 10 * 2 ** 30;

/**
 * A source for each place that is configured, read as the function's own role in AWS and as what trusts it elsewhere. Its client is
 * loaded when it is first asked.
 * @throws Error naming the source that the hub cannot read
 */
export function hubBillSources(bills: readonly BillSourceConfig[], options: HubBillsOptions): readonly BillSource[] {
  return bills.map((config) => lazy(config.name, loaderOf(config, options)));
}

function lazy(name: string, make: () => Promise<BillSource>): BillSource {
  let made: Promise<BillSource> | undefined;
  const source = (): Promise<BillSource> => {
    made ??= make().catch((error: unknown) => {
      // Tried again with the next question.
      made = undefined;
      throw error;
    });
    return made;
  };
  return {
    name,
    list: async (now) => (await source()).list(now),
    fetch: async (file, toFolder) => (await source()).fetch(file, toFolder),
  };
}

function loaderOf(config: BillSourceConfig, options: HubBillsOptions): () => Promise<BillSource> {
  switch (config.kind) {
    case 'file':
      throw refused(
        config,
        'a folder is read by a control plane on that machine: put the files into a bucket, kind s3',
      );
    case 's3':
      return () => import('../bills-s3/index.ts').then((each) => each.createS3Source(config));
    case 'cost-explorer':
      return () => costExplorerSource(config, options);
    case 'azure-blob':
      return blobLoader(config, options);
    case 'azure-cost': {
      const identity = azureOf(config, options);
      return () => azureCostSource(config, identity, options);
    }
    case 'gcs': {
      const identity = googleOf(config, options);
      return () => gcsSource(config, identity);
    }
    case 'bigquery': {
      const identity = googleOf(config, options);
      return () => bigQuerySource(config, identity);
    }
  }
}

const refused = ({ name }: BillSourceConfig, why: string): Error => new Error(`cost.bills ${name}: ${why}`);

function azureOf(config: BillSourceConfig, { remote: { azure } }: HubBillsOptions): AzureIdentity {
  if (azure !== undefined) return azure;
  throw refused(config, `a source of kind ${config.kind} is signed in to as hub.remote.azure says, which is not there`);
}

function googleOf(config: BillSourceConfig, { remote: { gcp } }: HubBillsOptions): GoogleIdentity {
  if (gcp !== undefined) return gcp;
  throw refused(config, `a source of kind ${config.kind} is signed in to as hub.remote.gcp says, which is not there`);
}

function blobLoader(config: Of<'azure-blob'>, options: HubBillsOptions): () => Promise<BillSource> {
  const load = () => import('../bills-azure-blob/index.ts');
  // A shared access signature in the address is the right to read; a token beside it would be refused.
  if (config.url.includes('?')) return async () => (await load()).createAzureBlobSource(config);
  const identity = azureOf(config, options);
  return async () => {
    const { azureCredential } = await import('./identities.ts');
    return (await load()).createAzureBlobSource({ ...config, credential: azureCredential(identity) });
  };
}

async function gcsSource(config: Of<'gcs'>, identity: GoogleIdentity): Promise<BillSource> {
  const { createGcsSource } = await import('../bills-gcs/index.ts');
  const { googleClient } = await import('./identities.ts');
  const authClient = googleClient(identity, 'https://www.googleapis.com/auth/devstorage.read_only');
  // The library brings a copy of the same class.
  return createGcsSource({ ...config, authClient: authClient as never });
}

async function costExplorerSource(config: Of<'cost-explorer'>, options: HubBillsOptions): Promise<BillSource> {
  const { costExplorer, createCostApiSource } = await import('../bills-cost-api/index.ts');
  const { endpoint, pages = defaultPages, ...given } = config;
  const client = async () => {
    const { CostExplorerClient } = await import('@aws-sdk/client-cost-explorer');
    return new CostExplorerClient({ region: 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) });
  };
  return createCostApiSource(costExplorer({ ...given, client }), { folder: await paidPages(config, options), pages });
}

async function azureCostSource(
  config: Of<'azure-cost'>,
  identity: AzureIdentity,
  options: HubBillsOptions,
): Promise<BillSource> {
  const { azureCost, createCostApiSource } = await import('../bills-cost-api/index.ts');
  const { name, scope, endpoint, pages = defaultPages } = config;
  const client = async () => {
    const { CostManagementClient } = await import('@azure/arm-costmanagement');
    const { azureCredential } = await import('./identities.ts');
    const at = endpoint === undefined ? {} : { $host: endpoint, endpoint };
    return new CostManagementClient(azureCredential(identity), at);
  };
  return createCostApiSource(azureCost({ name, scope, client }), { folder: await paidPages(config, options), pages });
}

async function bigQuerySource(config: Of<'bigquery'>, identity: GoogleIdentity): Promise<BillSource> {
  const { createBigQuerySource } = await import('../bills-cost-api/index.ts');
  const { name, project, dataset, table, maximumBytes = defaultScan, endpoint } = config;
  const client = async () => {
    const { BigQuery } = await import('@google-cloud/bigquery');
    const { googleClient } = await import('./identities.ts');
    const authClient = googleClient(identity, 'https://www.googleapis.com/auth/bigquery') as never;
    return new BigQuery({
      projectId: project,
      authClient,
      ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
    });
  };
  return createBigQuerySource({ name, dataset, table, maximumBytes, client });
}

/** In the bucket, beside the ledger's files: no instance of the function pays for what another has paid for. */
async function paidPages({ name }: BillSourceConfig, { bucket }: HubBillsOptions) {
  const { s3PageCache } = await import('../bills-cost-api/page-cache-s3.ts');
  const { ledgerPrefix } = await import('./ledger.ts');
  return s3PageCache({ bucket, prefix: `${ledgerPrefix}cost-apis/${name}/` });
}
