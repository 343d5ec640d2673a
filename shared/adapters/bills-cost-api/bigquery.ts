import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import type { BillFile } from '../../contracts/bill-received.ts';
import { CloudUnreachable, InvalidSpec, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { nextMonth } from './cost-api.ts';
import { monthsAt } from './months.ts';

/** 6.25 US dollars a TiB scanned, on demand (cloud.google.com/bigquery/pricing; general knowledge, not read from the page). */
const microsPerTib = 6_250_000;
const tib = 2 ** 40;

export interface BigQueryOptions {
  readonly name: string;
  readonly dataset: string;
  readonly table: string;
  /** BigQuery itself refuses a query that would bill more. */
  readonly maximumBytes: number;
  /** That are listed: this one and those before it. */
  readonly months: number;
  readonly client: () => Promise<BigQuery>;
}

/**
 * Google Cloud's FOCUS export in BigQuery. Its rows are FOCUS already: they are written down as they come, a month a file. The month
 * that runs, and the last until its tenth day has passed, are asked for once a day.
 */
export function createBigQuerySource(options: BigQueryOptions): BillSource {
  const { name, months } = options;
  return {
    name,
    list: (now) => Promise.resolve(monthsAt(now, months).map((each) => ({ source: name, ...each }))),
    async fetch(file, toFolder) {
      const month = monthOf(file);
      await mkdir(toFolder, { recursive: true });
      const path = join(toFolder, `${name}-${file.location}.ndjson`);
      const output = await open(path, 'w', 0o600);
      try {
        const billed = await query(options, month, async (rows) => {
          for (const row of rows) await output.write(`${JSON.stringify(row)}\n`);
        });
        return { path, format: 'ndjson', requests: 1, requestMicros: Math.ceil((billed * microsPerTib) / tib) };
      } catch (error) {
        throw translate(error, name);
      } finally {
        await output.close();
      }
    },
  };
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function query(options: BigQueryOptions, from: string, write: (rows: Rows) => Promise<void>): Promise<number> {
  const { dataset, table, maximumBytes } = options;
  const client = await options.client();
  const [job] = await client.createQueryJob({
    // Names cannot be parameters; the configuration's words are quoted as BigQuery quotes them.
    query: `SELECT * FROM ${quoted(dataset)}.${quoted(table)} WHERE BillingPeriodStart >= @from AND BillingPeriodStart < @to`,
    params: { from: client.timestamp(new Date(from)), to: client.timestamp(new Date(nextMonth(from))) },
    maximumBytesBilled: String(maximumBytes),
    useLegacySql: false,
  });
  let pageToken: string | undefined;
  do {
    const [rows, next] = await job.getQueryResults({
      autoPaginate: false,
      maxResults: 10_000,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    await write((rows as Rows).map(plain));
    pageToken = (next as { readonly pageToken?: string } | null)?.pageToken;
  } while (pageToken !== undefined);
  const [metadata] = (await job.getMetadata()) as unknown as readonly [JobMetadata];
  return Number(metadata.statistics?.query?.totalBytesBilled ?? 0);
}

interface JobMetadata {
  readonly statistics?: { readonly query?: { readonly totalBytesBilled?: string } };
}

const quoted = (word: string): string => {
  if (!/^[A-Za-z0-9_-]+$/.test(word)) throw new InvalidSpec(`"${word}" is no name of a dataset or table`);
  return `\`${word}\``;
};

/** Decimals and times are objects of the client; rows of a file have text. */
function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, text(value)]));
}

function text(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(text);
  if (value === null || typeof value !== 'object') return value;
  if (value.constructor.name === 'Big') return String(value);
  if ('value' in value && Object.keys(value).length === 1) return value.value;
  return plain(value as Readonly<Record<string, unknown>>);
}

function monthOf({ source, location }: BillFile): string {
  if (!/^\d{4}-\d{2}$/.test(location)) throw new FileGone(`${source}: "${location}" is no month`);
  return `${location}-01`;
}

interface VendorError {
  /** An HTTP status, or a word of the socket's. */
  readonly code?: number | string;
  readonly message?: string;
}

function translate(error: unknown, name: string): unknown {
  const { code, message = '' } = error as VendorError;
  const said = `${name}: query: ${code ?? ''}: ${message}`;
  const options = { cause: error, vendor: String(code ?? '') };
  if (/bytesBilledLimitExceeded|limit for bytes billed/i.test(message)) {
    return new InvalidSpec(`${said}; raise maximumBytes of this source, or partition the table`, options);
  }
  if (code === 429 || /rateLimitExceeded|quotaExceeded/i.test(message)) return new Throttled(said, 60_000, options);
  if (code === 401 || code === 403) {
    return new Unauthorized(`${said}; the identity needs bigquery.jobUser, and dataViewer on the dataset`, options);
  }
  return isSilence(code) ? new CloudUnreachable(said, options) : error;
}

const isSilence = (code: VendorError['code']): boolean => typeof code === 'string' || (code ?? 0) >= 500;
