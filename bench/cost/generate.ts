import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const clouds = ['aws', 'azure', 'gcp'] as const;
export type Cloud = (typeof clouds)[number];

export interface MonthOptions {
  readonly folder: string;
  /** Of all clouds together. */
  readonly rows: number;
  readonly services: number;
  readonly formats: readonly ('csv' | 'parquet')[];
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
 * in fourteen without tags, a credit now and then. Amounts have twelve decimals, as real exports have.
 */
export async function writeMonth(options: MonthOptions): Promise<readonly MonthFile[]> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '1GB',
    threads: '2',
    temp_directory: join(options.folder, 'spill'),
  });
  const connection = await instance.connect();
  const files: MonthFile[] = [];
  try {
    for (const cloud of clouds) {
      for (const format of options.formats) {
        const path = join(options.folder, `${cloud}-2026-10.${format}`);
        const how = format === 'csv' ? '(FORMAT csv, HEADER true)' : '(FORMAT parquet, COMPRESSION snappy)';
        await connection.run(`COPY (${rowsOf(cloud, options)}) TO '${path.replaceAll("'", "''")}' ${how}`);
        files.push({ cloud, format, path });
      }
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
      SELECT i AS hour, t AS thing, hash(t * 7919) AS h, hash(t * 104729 + i) AS r
      FROM range(${hours}) AS hours(i), range(${things}) AS things(t)
      LIMIT ${perCloud}
    ), priced AS (
      SELECT *, ((r % 90000000000) * CASE WHEN r % 997 = 0 THEN -1 ELSE 1 END)::DECIMAL(38,0) AS pico,
             TIMESTAMP '2026-10-01' + to_hours(hour::INTEGER) AS began
      FROM thing
    )
    SELECT
      '${account}' AS BillingAccountId, '${name} payer' AS BillingAccountName, 'USD' AS BillingCurrency,
      ${text("TIMESTAMP '2026-10-01'")} AS BillingPeriodStart, ${text("TIMESTAMP '2026-11-01'")} AS BillingPeriodEnd,
      '${cloud}-' || (100000 + h % 12) AS SubAccountId, 'team ' || h % 12 AS SubAccountName,
      CASE WHEN r % 997 = 0 THEN 'Credit' ELSE 'Usage' END AS ChargeCategory, NULL::VARCHAR AS ChargeClass,
      'charge ' || h % 40 || ' of ${name}' AS ChargeDescription, 'Usage-Based' AS ChargeFrequency,
      ${text('began')} AS ChargePeriodStart, ${text('began + INTERVAL 1 HOUR')} AS ChargePeriodEnd,
      ${amount('pico')} AS BilledCost, ${amount('pico')} AS EffectiveCost,
      ${amount('pico')} AS ContractedCost, ${amount('pico')} AS ListCost,
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

const text = (timestamp: string): string => `strftime(${timestamp}, '%Y-%m-%dT%H:%M:%SZ')`;
const amount = (pico: string): string => `(${pico} * 0.000000000001)::DECIMAL(38,12)`;
