import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { BillRefused, type IngestedBill, type IngestRules } from '../../ports/ledger.ts';
import { roundTo } from './apportion.ts';
import { rowsOf, type Engine } from './engine.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { accountSlug, providerSlug } from './names.ts';
import { exact, exactScale } from './row.ts';
import { costColumns } from './scan.ts';
import { literal } from './sql.ts';

/** Rises when the ledger's columns change, or what is read into them, so that the same bill becomes another file. */
const ledgerVersion = 2;
/** What an event can say: `Micros` of the contracts. */
const mostMicros = 9_000_000_000_000_000n;
export const micro = 10n ** (exactScale - 6n);

/** What the rows of a provider, an account and a billing period come to; several may be of one bill. */
interface Part {
  readonly provider: string;
  readonly account: string;
  /** `YYYY-MM` of the billing period. */
  readonly month: string;
  /** The period's own beginning, as SQL reads it. */
  readonly period: string;
  readonly currency: string;
  readonly total: { readonly value: bigint };
  readonly rows: bigint;
  readonly first: string;
  readonly after: string;
}

/** One ledger file per bill; nothing of it counts before a record says so. */
export async function writeBills(
  engine: Engine,
  files: LedgerFiles,
  imported: { readonly sha256: string; readonly name: string; readonly rules: IngestRules },
): Promise<IngestedBill[]> {
  const { db } = engine;
  const digest = importDigest(imported.sha256, imported.rules).slice(0, 32);
  const parts = Map.groupBy(await partsOf(db), keyOf);
  await numberBills(db, [...parts.values()]);
  const bills: IngestedBill[] = [];
  for (const [id, [key, ofBill]] of [...parts].entries()) {
    const [provider, account, period] = key.split('/') as [string, string, string];
    const file = `${key}/${digest}.parquet`;
    const path = join(engine.folder, `bill-${id}.parquet`);
    const about = aboutBill(ofBill, imported.name);
    // Snappy in small groups of rows takes a quarter more room than zstd in large ones, and half its time; the groups are read in parallel.
    await db.run(
      `COPY (${ledgerRows(provider, parts.size === 1 ? '' : joinBill(id))}) TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 32768)`,
    );
    await files.put(file, path);
    bills.push({ file, provider, account, period, ...about });
  }
  return bills;
}

/** The same bytes read under the same rules are the same import. */
export function importDigest(sha256: string, { tags }: IngestRules): string {
  return createHash('sha256')
    .update(JSON.stringify([ledgerVersion, sha256, tags.application, tags.service, tags.target, tags.team]))
    .digest('hex');
}

const partsOf = (db: DuckDBConnection): Promise<Part[]> =>
  rowsOf<Part>(
    db,
    `SELECT provider, account, strftime(period_start, '%Y-%m') AS month, CAST(period_start AS VARCHAR) AS period,
       min(currency) AS currency, CAST(sum(billed) AS ${exact}) AS total, CAST(sum(read_rows) AS BIGINT) AS rows,
       strftime(min(day), '%Y-%m-%d') AS first, strftime(max(day) + 1, '%Y-%m-%d') AS after
     FROM staged GROUP BY provider, account, period_start ORDER BY provider, account, period_start`,
  );

const keyOf = ({ provider, account, month }: Part): string =>
  `${providerSlug(provider)}/${accountSlug(account)}/${month}`;

async function numberBills(db: DuckDBConnection, bills: readonly (readonly Part[])[]): Promise<void> {
  await db.run('CREATE TABLE bill_of (provider VARCHAR, account VARCHAR, period_start TIMESTAMP, bill INTEGER)');
  for (const [id, parts] of bills.entries()) {
    for (const { provider, account, period } of parts) {
      await db.run('INSERT INTO bill_of VALUES ($1, $2, CAST($3 AS TIMESTAMP), $4)', [provider, account, period, id]);
    }
  }
}

const joinBill = (
  id: number,
): string => `JOIN bill_of ON bill_of.provider = staged.provider AND bill_of.account = staged.account
  AND bill_of.period_start = staged.period_start AND bill_of.bill = ${id}`;

function ledgerRows(provider: string, ofBill: string): string {
  return `SELECT day, ${literal(provider)} AS provider, staged.account AS account, sub_account, region, service_name,
      service_category, sku, resource, category, class, unit, currency, application, service, target, team,
      description, quantity, ${costColumns.join(', ')}, read_rows
    FROM staged ${ofBill} LEFT JOIN owner ON owner.tags = staged.tags`;
}

function aboutBill(parts: readonly Part[], name: string) {
  const totalMicros = roundTo(
    parts.reduce((sum, { total }) => sum + total.value, 0n),
    micro,
  );
  const { currency } = parts[0] as Part;
  if (totalMicros > mostMicros || totalMicros < -mostMicros) {
    const message = `a bill of ${totalMicros / 1_000_000n} ${currency} is more than can be told: split it`;
    throw new BillRefused(name, [{ message }]);
  }
  return {
    currency,
    totalMicros: Number(totalMicros),
    rows: parts.reduce((sum, { rows }) => sum + Number(rows), 0),
    from: parts.map(({ first }) => first).sort()[0] as string,
    to: parts
      .map(({ after }) => after)
      .sort()
      .at(-1) as string,
  };
}
