import { Type, type Static } from 'typebox';
import { BillFile } from './bill-received.ts';
import { defineEvent } from './contract.ts';

const closed = { additionalProperties: false } as const;

export const BillProblem = Type.Object(
  {
    /** Of the file, counted from 1 below the header; absent where the file as a whole is meant. */
    row: Type.Optional(Type.Integer({ minimum: 1 })),
    column: Type.Optional(Type.String({ maxLength: 200 })),
    /** What is wrong and what would be right. */
    message: Type.String({ maxLength: 500 }),
    /** How many rows have it. */
    rows: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
export type BillProblem = Static<typeof BillProblem>;

/** Nothing of the file was imported. */
export const billRefused = defineEvent({
  name: 'bill.refused',
  summary: 'A file with bills was refused; nothing of it was imported',
  data: Type.Object({ file: BillFile, problems: Type.Array(BillProblem, { minItems: 1, maxItems: 50 }) }, closed),
  subject: (data) => `${data.file.source}/${data.file.location}`.slice(0, 300),
});
