import type { TokenCredential } from '@azure/identity';
import type { AuthClient } from 'google-auth-library';
import type { BillSourceConfig } from '../../contracts/config-bills.ts';
import type { BillSource } from '../../ports/bill-source.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { CostApiOptions } from '../bills-cost-api/index.ts';
import { onDemand } from '../on-demand.ts';
import { newestOf } from '../secrets/newest.ts';

export type ConfigOf<Kind extends BillSourceConfig['kind']> = Extract<BillSourceConfig, { readonly kind: Kind }>;

/**
 * What a machine and the hub do differently: they are others in the clouds, and keep what was paid for elsewhere. Who cannot serve a
 * source throws when it is given its configuration, at the start, and not when a sweep asks.
 */
export interface BillAccess {
  readonly file: (config: ConfigOf<'file'>) => () => Promise<BillSource>;
  /** Who signs in to Azure. */
  readonly azure: (config: ConfigOf<'azure-blob' | 'azure-cost'>) => () => Promise<TokenCredential>;
  /** Who signs in to Google Cloud for this scope; undefined: Application Default Credentials. */
  readonly google: (config: ConfigOf<'gcs' | 'bigquery'>, scope: string) => () => Promise<AuthClient | undefined>;
  /** Where the answers of a cost API are kept, which were paid for. */
  readonly paidPages: (config: ConfigOf<'cost-explorer' | 'azure-cost'>) => () => Promise<CostApiOptions['folder']>;
  /** Where signatures lie. */
  readonly secrets: Secrets;
}

/** Requests a day to an API that charges for them, and bytes of a query that does. */
const defaultPages = 100;
const defaultScan = 10 * 2 ** 30;
/** This month and the last: of those before it nothing changes. */
const defaultMonths = 2;

/**
 * A source for each place that is configured. Its client is loaded when it is first asked: the SDKs weigh more than all else here.
 * @throws Error of `access` about a source that cannot be read here
 */
export function configuredSources(bills: readonly BillSourceConfig[], access: BillAccess): readonly BillSource[] {
  return bills.map((config) => lazy(config.name, loaderOf(config, access)));
}

type Load = () => Promise<BillSource>;

function lazy(name: string, load: Load): BillSource {
  const source = onDemand(load);
  return {
    name,
    list: async (now) => (await source()).list(now),
    fetch: async (file, toFolder) => (await source()).fetch(file, toFolder),
  };
}

function loaderOf(config: BillSourceConfig, access: BillAccess): Load {
  switch (config.kind) {
    case 'file':
      return access.file(config);
    case 's3':
      return () => import('../bills-s3/index.ts').then((each) => each.createS3Source(config));
    case 'gcs':
      return gcsLoader(config, access);
    case 'azure-blob':
      return blobLoader(config, access);
    case 'cost-explorer':
      return costExplorerLoader(config, access);
    case 'azure-cost':
      return azureCostLoader(config, access);
    case 'bigquery':
      return bigQueryLoader(config, access);
  }
}

function gcsLoader(config: ConfigOf<'gcs'>, access: BillAccess): Load {
  const client = access.google(config, 'https://www.googleapis.com/auth/devstorage.read_only');
  return async () => {
    const { createGcsSource } = await import('../bills-gcs/index.ts');
    return createGcsSource({ ...config, ...signedIn(await client()) });
  };
}

/** The libraries bring copies of the same class. */
const signedIn = (authClient: AuthClient | undefined) =>
  authClient === undefined ? {} : { authClient: authClient as never };

function blobLoader({ sas, ...place }: ConfigOf<'azure-blob'>, access: BillAccess): Load {
  const load = () => import('../bills-azure-blob/index.ts');
  if (sas === undefined) {
    const credential = access.azure(place);
    return async () => (await load()).createAzureBlobSource({ ...place, credential: await credential() });
  }
  // The signature is the right to read; a token beside it would be refused.
  const signature = newestOf(access.secrets, sas, `cost.bills ${place.name}, sas`);
  return async () => (await load()).createAzureBlobSource({ ...place, signature });
}

function costExplorerLoader(config: ConfigOf<'cost-explorer'>, access: BillAccess): Load {
  const paidPages = access.paidPages(config);
  const { endpoint, pages = defaultPages, months = defaultMonths, ...given } = config;
  const client = async () => {
    const { CostExplorerClient } = await import('@aws-sdk/client-cost-explorer');
    return new CostExplorerClient({ region: 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) });
  };
  return async () => {
    const { costExplorer, createCostApiSource } = await import('../bills-cost-api/index.ts');
    return createCostApiSource(costExplorer({ ...given, client }), { folder: await paidPages(), pages, months });
  };
}

function azureCostLoader(config: ConfigOf<'azure-cost'>, access: BillAccess): Load {
  const [credential, paidPages] = [access.azure(config), access.paidPages(config)];
  const { name, scope, endpoint, pages = defaultPages, months = defaultMonths } = config;
  const client = async () => {
    const { CostManagementClient } = await import('@azure/arm-costmanagement');
    const at = endpoint === undefined ? {} : { $host: endpoint, endpoint };
    return new CostManagementClient(await credential(), at);
  };
  return async () => {
    const { azureCost, createCostApiSource } = await import('../bills-cost-api/index.ts');
    return createCostApiSource(azureCost({ name, scope, client }), { folder: await paidPages(), pages, months });
  };
}

function bigQueryLoader(config: ConfigOf<'bigquery'>, access: BillAccess): Load {
  const authClient = access.google(config, 'https://www.googleapis.com/auth/bigquery');
  const { name, project, dataset, table, maximumBytes = defaultScan, months = defaultMonths, endpoint } = config;
  const client = async () => {
    const { BigQuery } = await import('@google-cloud/bigquery');
    const at = endpoint === undefined ? {} : { apiEndpoint: endpoint };
    return new BigQuery({ projectId: project, ...signedIn(await authClient()), ...at });
  };
  return async () => {
    const { createBigQuerySource } = await import('../bills-cost-api/index.ts');
    return createBigQuerySource({ name, dataset, table, maximumBytes, months, client });
  };
}
