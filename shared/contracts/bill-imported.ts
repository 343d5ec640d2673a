import { Type } from 'typebox';
import { BillFile } from './bill-received.ts';
import { defineEvent } from './contract.ts';
import { BillId, Currency, Day, Micros, Month } from './cost-values.ts';

const closed = { additionalProperties: false } as const;

/** A bill stands in the ledger, whole: from now on it is the one that counts for its account and period. */
export const billImported = defineEvent({
  name: 'bill.imported',
  summary: 'A bill was imported, or an earlier version of it replaced',
  data: Type.Object(
    {
      bill: BillId,
      file: BillFile,
      period: Month,
      currency: Currency,
      /** Billed cost, all rows. */
      totalMicros: Micros,
      /** Of the version it replaces; absent for the first. */
      previousMicros: Type.Optional(Micros),
      rows: Type.Integer({ minimum: 0 }),
      from: Day,
      /** First day that is not in it. */
      to: Day,
      /** SHA-256 of the file. */
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      /** What was read: `FOCUS 1.2`, `AWS Cost Explorer`, … */
      format: Type.String({ maxLength: 120 }),
      warnings: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 50 }),
    },
    closed,
  ),
  subject: (data) => data.bill,
});
