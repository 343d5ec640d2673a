import { Type } from 'typebox';
import { defineEvent } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { handler } from '../../shared/pipeline/handler.ts';

/** About half a kilobyte as an event, like most messages of the house. */
const Body = Type.Object({
  account: Type.String(),
  sequence: Type.Integer({ minimum: 0 }),
  amount: Type.Number(),
  lines: Type.Array(Type.Object({ item: Type.String(), count: Type.Integer() })),
});

export const ordered = defineEvent({
  name: 'bench.ordered',
  summary: 'An order, to be added to its account.',
  data: Body,
  subject: ({ account }) => account,
});

export const booked = defineEvent({
  name: 'bench.booked',
  summary: 'The order was added.',
  data: Body,
  subject: ({ account }) => account,
});

interface Account {
  readonly orders: number;
  readonly total: number;
  readonly last: readonly number[];
}

/** Load one record, decide, write it, say so: what most handlers of the house do. */
export const book = handler({
  consumer: 'bench/on-ordered',
  contract: ordered,
  async handle({ data }, { records }) {
    const key = `account/${data.account}`;
    const account = (await records.get<Account>(key)) ?? { orders: 0, total: 0, last: [] };
    const value: Account = {
      orders: account.orders + 1,
      total: account.total + data.amount,
      last: [...account.last.slice(-9), data.sequence],
    };
    return { writes: [{ key, value }], events: [booked.draft(data)] };
  },
});

/** The reader of the follow-up: parses, dedupes, writes nothing but its mark. */
export const notice = handler({
  consumer: 'bench/on-booked',
  contract: booked,
  handle: () => Promise.resolve({}),
});

/** @param accounts how many different subjects, so how much may run side by side. */
export function order(sequence: number, accounts: number): Envelope {
  const account = `account-${sequence % accounts}`;
  const id = `order-${String(sequence).padStart(10, '0')}`;
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/bench',
    type: ordered.type,
    subject: account,
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: id,
    data: {
      account,
      sequence,
      amount: (sequence % 97) / 4,
      lines: [
        { item: 'a-thing-with-a-name', count: 1 },
        { item: 'another-thing', count: 2 },
      ],
    },
  };
}
