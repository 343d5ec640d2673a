import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { billFileName, type BillFile } from '../../../shared/contracts/bill-received.ts';
import { nothing, type HandlerContext, type Outcome } from '../../../shared/pipeline/handler.ts';
import { FileGone, SpentPages, type BillSource, type FetchedBill } from '../../../shared/ports/bill-source.ts';
import { BillRefused } from '../../../shared/ports/ledger.ts';
import type { CostGiven } from '../given.ts';
import { billIdOf, decideImport, decideRefusal, decideWaiting } from './decide-import.ts';
import { billKey, type BillRecord } from './record.ts';

interface From {
  readonly given: CostGiven;
  readonly source: BillSource;
  readonly sweep: string | undefined;
  readonly context: HandlerContext;
}

/** Fetches and reads; what lies on this machine meanwhile is gone afterwards, but for the ledger's own files. */
export async function importFile(file: BillFile, from: From): Promise<Outcome> {
  const { given, source, sweep, context } = from;
  const parent = given.workFolder ?? tmpdir();
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, 'bill-'));
  try {
    return await readFetched(file, await source.fetch(file, folder), from);
  } catch (error) {
    // It will be listed again, as it is then.
    if (error instanceof FileGone) return nothing;
    if (error instanceof SpentPages) return decideWaiting({ file, sweep, now: context.now }, error);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFetched(file: BillFile, fetched: FetchedBill, { given, sweep, context }: From): Promise<Outcome> {
  const { ledger, settings } = given;
  const { path, format, requests, requestMicros } = fetched;
  const about = { file, sweep, requests, requestMicros, now: context.now };
  try {
    const rules = { tags: settings.tags, now: context.now };
    const ingested = await ledger.ingest({ path, format, name: billFileName(file) }, rules);
    const known = new Map<string, BillRecord>();
    for (const bill of ingested.bills) {
      const record = await context.records.get<BillRecord>(billKey(billIdOf(bill)));
      if (record !== undefined) known.set(record.bill, record);
    }
    return decideImport({ ...about, ingested, known });
  } catch (error) {
    if (error instanceof BillRefused) return decideRefusal(about, error.problems);
    throw error;
  }
}
