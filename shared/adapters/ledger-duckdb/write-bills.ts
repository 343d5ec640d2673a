import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BillRefused, type IngestedBill, type IngestRules } from '../../ports/ledger.ts';
import { roundTo } from './apportion.ts';
import { rowsOf, type Engine } from './engine.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { accountSlug, providerSlug } from './names.ts';
import { exact, exactScale } from './row.ts';
import { costColumns } from './scan.ts';
import { literal } from './sql.ts';

/** Rises when the ledger's columns change, so that the same bill becomes another file. */
const ledgerVersion = 1;
/** What an event can say: `Micros` of the contracts. */
const mostMicros = 9_000_000_000_000_000n;
export const micro = 10n ** (exactScale - 6n);

interface BillRow {
  readonly provider: string;
  readonly account: string;
  readonly month: string;
}

/** One ledger file per bill; nothing of it counts before a record says so. */
export async function writeBills(
  engine: Engine,
  files: LedgerFiles,
  imported: { readonly sha256: string; readonly name: string; readonly rules: IngestRules },
): Promise<IngestedBill[]> {
  const { db } = engine;
  const keys = await numberBills(engine);
  const digest = importDigest(imported.sha256, imported.rules).slice(0, 32);
  const bills: IngestedBill[] = [];
  for (const [id, key] of keys.entries()) {
    const [provider, account, period] = key.split('/') as [string, string, string];
    const file = `${key}/${digest}.parquet`;
    const path = join(engine.folder, `bill-${id}.parquet`);
    await db.run(`COPY (${ledgerRows(id, provider)}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`);
    const about = await aboutBill(engine, id, imported.name);
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

/** Bills by number, as `provider/account/YYYY-MM`. */
async function numberBills({ db }: Engine): Promise<string[]> {
  const found = await rowsOf<BillRow>(
    db,
    `SELECT DISTINCT provider, account, strftime(period_start, '%Y-%m') AS month FROM staged ORDER BY ALL`,
  );
  const keys: string[] = [];
  await db.run('CREATE TABLE bill_of (provider VARCHAR, account VARCHAR, month VARCHAR, bill INTEGER)');
  for (const { provider, account, month } of found) {
    const key = `${providerSlug(provider)}/${accountSlug(account)}/${month}`;
    if (!keys.includes(key)) keys.push(key);
    await db.run('INSERT INTO bill_of VALUES ($1, $2, $3, $4)', [provider, account, month, keys.indexOf(key)]);
  }
  return keys;
}

const ofBill = (id: number): string => `FROM staged JOIN bill_of
  ON bill_of.provider = staged.provider AND bill_of.account = staged.account
    AND bill_of.month = strftime(staged.period_start, '%Y-%m') AND bill_of.bill = ${id}`;

function ledgerRows(id: number, provider: string): string {
  return `SELECT day, ${literal(provider)} AS provider, staged.account AS account, sub_account, region, service_name,
      service_category, sku, resource, category, class, unit, currency, application, service, target, team,
      description, quantity, ${costColumns.join(', ')}, read_rows
    ${ofBill(id)} LEFT JOIN owner ON owner.tags = staged.tags`;
}

interface AboutRow {
  readonly currency: string;
  readonly total: { readonly value: bigint };
  readonly read_rows: bigint;
  readonly first: string;
  readonly after: string;
}

async function aboutBill({ db }: Engine, id: number, name: string) {
  const [about] = await rowsOf<AboutRow>(
    db,
    `SELECT min(currency) AS currency, CAST(sum(billed) AS ${exact}) AS total, CAST(sum(read_rows) AS BIGINT) AS read_rows,
       strftime(min(day), '%Y-%m-%d') AS first, strftime(max(day) + 1, '%Y-%m-%d') AS after ${ofBill(id)}`,
  );
  const { currency, total, read_rows, first, after } = about as AboutRow;
  const totalMicros = roundTo(total.value, micro);
  if (totalMicros > mostMicros || totalMicros < -mostMicros) {
    const message = `a bill of ${totalMicros / 1_000_000n} ${currency} is more than can be told: split it`;
    throw new BillRefused(name, [{ message }]);
  }
  return { currency, totalMicros: Number(totalMicros), rows: Number(read_rows), from: first, to: after };
}
