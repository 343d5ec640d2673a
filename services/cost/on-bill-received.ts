import { billReceived } from '../../shared/contracts/bill-received.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { importFile } from './bills/import-file.ts';
import { inTurns } from './bills/in-turns.ts';
import { billFileKey, type BillFileRecord } from './bills/record.ts';
import type { CostGiven } from './given.ts';

/** A file is fetched and read once per version of it, one at a time: each may be as large as the disk has room for. */
export const onBillReceived = (given: CostGiven): Handler => {
  const inTurn = inTurns();
  return handler({
    consumer: 'cost/on-bill-received',
    contract: billReceived,
    handle: async ({ data: { file, sweep }, dryrun }, context) => {
      const source = given.billSources.find(({ name }) => name === file.source);
      const known = await context.records.get<BillFileRecord>(billFileKey(file));
      // A source that is no longer configured is no longer asked.
      if (dryrun || source === undefined || known?.file.version === file.version) return nothing;
      return inTurn(() => importFile(file, { given, source, sweep, context }));
    },
  });
};
