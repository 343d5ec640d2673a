import { join } from 'node:path';
import type { BillSourceConfig } from '../../shared/contracts/config-cost.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { BillSource } from '../../shared/ports/bill-source.ts';

export interface BillSourcesOptions {
  readonly settings: Settings;
  /** Where answers of cost APIs are kept, which were paid for. */
  readonly cacheFolder: string;
}

/** Requests a day to an API that charges for them. */
const defaultPages = 100;
const defaultScan = 10 * 2 ** 30;

/** A source for each place that is configured. Its client is loaded when it is first asked: three SDKs weigh more than all else here. */
export function billSources(options: BillSourcesOptions): readonly BillSource[] {
  return options.settings.cost.bills.map((config) => lazy(config.name, () => load(config, options)));
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

function load(config: BillSourceConfig, options: BillSourcesOptions): Promise<BillSource> {
  switch (config.kind) {
    case 'file':
      return import('../../shared/adapters/bills-files/index.ts').then((each) => each.createFileSource(config));
    case 's3':
      return import('../../shared/adapters/bills-s3/index.ts').then((each) => each.createS3Source(config));
    case 'gcs':
      return import('../../shared/adapters/bills-gcs/index.ts').then((each) => each.createGcsSource(config));
    case 'azure-blob':
      return blobSource(config, options);
    case 'cost-explorer':
      return costExplorerSource(config, options);
    case 'azure-cost':
      return azureCostSource(config, options);
    case 'bigquery':
      return bigQuerySource(config);
  }
}

type Of<Kind extends BillSourceConfig['kind']> = Extract<BillSourceConfig, { readonly kind: Kind }>;

/** As the deployer signs in. */
async function azureCredential({ settings }: BillSourcesOptions) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const { tenant } = settings.clouds.azure;
  return new DefaultAzureCredential(tenant === undefined ? {} : { tenantId: tenant });
}

async function blobSource(config: Of<'azure-blob'>, options: BillSourcesOptions): Promise<BillSource> {
  const { createAzureBlobSource } = await import('../../shared/adapters/bills-azure-blob/index.ts');
  // A shared access signature in the address is the right to read; a token beside it would be refused.
  const credential = config.url.includes('?') ? {} : { credential: await azureCredential(options) };
  return createAzureBlobSource({ ...config, ...credential });
}

async function costExplorerSource(config: Of<'cost-explorer'>, options: BillSourcesOptions): Promise<BillSource> {
  const { costExplorer, createCostApiSource } = await import('../../shared/adapters/bills-cost-api/index.ts');
  const { endpoint, pages = defaultPages, ...given } = config;
  const client = async () => {
    const { CostExplorerClient } = await import('@aws-sdk/client-cost-explorer');
    return new CostExplorerClient({ region: 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) });
  };
  return createCostApiSource(costExplorer({ ...given, client }), { folder: apiFolder(options), pages });
}

async function azureCostSource(config: Of<'azure-cost'>, options: BillSourcesOptions): Promise<BillSource> {
  const { azureCost, createCostApiSource } = await import('../../shared/adapters/bills-cost-api/index.ts');
  const { name, scope, endpoint, pages = defaultPages } = config;
  const client = async () => {
    const { CostManagementClient } = await import('@azure/arm-costmanagement');
    return new CostManagementClient(
      await azureCredential(options),
      endpoint === undefined ? {} : { $host: endpoint, endpoint },
    );
  };
  return createCostApiSource(azureCost({ name, scope, client }), { folder: apiFolder(options), pages });
}

async function bigQuerySource(config: Of<'bigquery'>): Promise<BillSource> {
  const { createBigQuerySource } = await import('../../shared/adapters/bills-cost-api/index.ts');
  const { name, project, dataset, table, maximumBytes = defaultScan, endpoint } = config;
  const client = async () => {
    const { BigQuery } = await import('@google-cloud/bigquery');
    return new BigQuery({ projectId: project, ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }) });
  };
  return createBigQuerySource({ name, dataset, table, maximumBytes, client });
}

const apiFolder = ({ cacheFolder }: BillSourcesOptions): string => join(cacheFolder, 'cost-apis');
