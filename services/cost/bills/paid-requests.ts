import type { Reader } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import { billFilePrefix } from '../keys.ts';
import type { BillFileRecord } from './record.ts';

/** What a sweep took of paid requests to cost APIs. */
export async function paidRequests(
  records: Reader,
  sweep: string,
): Promise<{ readonly requests: number; readonly requestMicros: number }> {
  const files = (await listAll<BillFileRecord>(records, billFilePrefix)).filter((each) => each.sweep === sweep);
  return {
    requests: files.reduce((sum, each) => sum + each.requests, 0),
    requestMicros: files.reduce((sum, each) => sum + each.requestMicros, 0),
  };
}
