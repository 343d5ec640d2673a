import pLimit from 'p-limit';
import { billReceived } from '../../shared/contracts/bill-received.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { importFile } from './bills/import-file.ts';
import { billFileKey, isRead, type BillFileRecord } from './bills/record.ts';
import type { CostGiven } from './given.ts';

/** Each may take much of the disk; while some are fetched others are read. */
const filesAtOnce = 3;

/** A file is fetched and read once per version of it. */
export const onBillReceived = (given: CostGiven): Handler => {
  const inTurn = pLimit(filesAtOnce);
  return handler({
    consumer: 'cost/on-bill-received',
    contract: billReceived,
    handle: async ({ data: { file, sweep }, dryrun }, context) => {
      const source = given.billSources.find(({ name }) => name === file.source);
      // A source that is no longer configured is no longer asked.
      if (dryrun || source === undefined) return nothing;
      return inTurn(async () => {
        const known = await context.records.get<BillFileRecord>(billFileKey(file));
        return isRead(known, file) ? nothing : importFile(file, { given, source, sweep, context });
      });
    },
  });
};
