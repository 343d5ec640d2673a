import { open } from 'node:fs/promises';
import type { FetchedBill } from '../../ports/bill-source.ts';

export type BillFormat = FetchedBill['format'];

/** What a file is by its first bytes: a name may say anything. */
export async function formatOf(path: string): Promise<BillFormat> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return formatOfBytes(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function formatOfBytes(start: Buffer): BillFormat {
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  if (start[0] === 0x1f && start[1] === 0x8b) return 'csv-gzip';
  return /^\uFEFF?\s*\{/.test(start.toString('utf8')) ? 'ndjson' : 'csv';
}

/** Whether a place's file can hold bills, by its name: manifests and reports beside them are left alone. */
export function looksLikeBill(name: string): boolean {
  return /\.(csv|csv\.gz|parquet|ndjson|jsonl)$/i.test(name) && !/(^|\/)[._]/.test(name);
}
