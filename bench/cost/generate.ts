import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const clouds = ['aws', 'azure', 'gcp'] as const;
export type Cloud = (typeof clouds)[number];

export interface MonthOptions {
  readonly folder: string;
  /** Of all clouds together. */
  readonly rows: number;
  readonly services: number;
}

export interface MonthFile {
  readonly cloud: Cloud;
  readonly format: 'csv' | 'parquet';
  readonly path: string;
}

const publisher = { aws: 'AWS', azure: 'Microsoft', gcp: 'Google Cloud' } as const;
const hours = 31 * 24;

/**
 * October 2026 as three clouds would bill it, the same for the same options: every hour of so many things for each service, one thing
 * in fourteen without tags, one in five under a commitment, a credit now and then. Amounts have twelve decimals, as real exports have;
 * in Parquet, times are times.
 */
export async function writeMonth(options: MonthOptions): Promise<readonly MonthFile[]> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '1GB',
    temp_directory: join(options.folder, 'spill'),
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const files: MonthFile[] = [];
  try {
    for (const cloud of clouds) {
      const path = (format: string): string => join(options.folder, `${cloud}-2026-10.${format}`);
      const quoted = (format: string): string => `'${path(format).replaceAll("'", "''")}'`;
      await connection.run(`COPY (${rowsOf(cloud, options)}) TO ${quoted('parquet')} (FORMAT parquet)`);
      await connection.run(
        `COPY (FROM ${quoted('parquet')}) TO ${quoted('csv')} (FORMAT csv, HEADER true, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')`,
      );
      for (const format of ['csv', 'parquet'] as const) files.push({ cloud, format, path: path(format) });
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return files;
}

function rowsOf(cloud: Cloud, { rows, services }: MonthOptions): string {
  const perCloud = Math.floor(rows / clouds.length);
  const things = Math.ceil(perCloud / hours);
  const name = publisher[cloud];
  const account = cloud === 'azure' ? '/providers/Microsoft.Billing/billingAccounts/8611537' : `${cloud}-payer-1`;
  // A hash is the random source: rows do not depend on how many threads write them.
  return `
    WITH thing AS (
      SELECT i % ${hours} AS hour, i // ${hours} AS thing, hash(i // ${hours} * 7919) AS h, hash(i * 104729) AS r
      FROM range(${Math.min(perCloud, things * hours)}) AS numbers(i)
    ), priced AS (
      SELECT *, ((r % 90000000000)::BIGINT * CASE WHEN r % 997 = 0 THEN -1 ELSE 1 END) AS pico,
             TIMESTAMP '2026-10-01' + to_hours(hour::INTEGER) AS began
      FROM thing
    )
    SELECT
      '${account}' AS BillingAccountId, '${name} payer' AS BillingAccountName, 'USD' AS BillingCurrency,
      TIMESTAMP '2026-10-01' AS BillingPeriodStart, TIMESTAMP '2026-11-01' AS BillingPeriodEnd,
      '${cloud}-' || (100000 + h % 12) AS SubAccountId, 'team ' || h % 12 AS SubAccountName,
      CASE WHEN r % 997 = 0 THEN 'Credit' ELSE 'Usage' END AS ChargeCategory, NULL::VARCHAR AS ChargeClass,
      'charge ' || h % 40 || ' of ${name}' AS ChargeDescription, 'Usage-Based' AS ChargeFrequency,
      began AS ChargePeriodStart, began + INTERVAL 1 HOUR AS ChargePeriodEnd,
      ${costs.map((cost) => `${amountOf(cost)} AS ${cost}`).join(', ')},
      (r % 1000)::DECIMAL(18,3) AS ConsumedQuantity, 'Hours' AS ConsumedUnit,
      (r % 1000)::DECIMAL(18,3) AS PricingQuantity, 'Hours' AS PricingUnit,
      '${name}' AS ProviderName, '${name}' AS PublisherName, '${name}' AS InvoiceIssuerName,
      'region-' || h % 6 AS RegionId, 'Region ' || h % 6 AS RegionName,
      'Compute' AS ServiceCategory, '${name} service ' || h % 25 AS ServiceName,
      'SKU' || h % 400 AS SkuId, 'resource/${cloud}/' || thing AS ResourceId,
      CASE WHEN thing % 14 = 0 THEN NULL ELSE
        '{"homeostasis:application":"app-' || thing % ${services} % 40 || '","homeostasis:service":"service-' || thing % ${services} ||
        '","team":"team-' || thing % ${services} % 9 || '","CreatedBy":"pipeline-' || h % 17 || '"}' END AS Tags
    FROM priced`;
}

export const costs = ['BilledCost', 'EffectiveCost', 'ContractedCost', 'ListCost'] as const;
/** Millionths of a micro-dollar, as dollars with twelve decimals. A commitment covers one thing in five. */
function amountOf(cost: (typeof costs)[number]): string {
  const pico = cost === 'EffectiveCost' ? 'CASE WHEN h % 5 = 0 THEN pico * 18 // 25 ELSE pico END' : 'pico';
  return `((${pico})::DECIMAL(38,12) / 1000000000000)::DECIMAL(38,12)`;
}
