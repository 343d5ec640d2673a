import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Currency, Micros, Month } from './cost-values.ts';

const closed = { additionalProperties: false } as const;

const Sums = Type.Array(Type.Object({ key: Type.String({ maxLength: 200 }), micros: Micros }, closed), {
  maxItems: 200,
});

/** What a period has cost so far, one event per currency. Every list adds up to the total, to the micro-unit. */
export const costReported = defineEvent({
  name: 'cost.reported',
  summary: 'What a period has cost so far and will cost',
  data: Type.Object(
    {
      sweep: Type.String({ maxLength: 120 }),
      period: Month,
      currency: Currency,
      totalMicros: Micros,
      /** At the end of the period, with the range in which it lies eight times in ten. */
      forecast: Type.Optional(Type.Object({ micros: Micros, lowMicros: Micros, highMicros: Micros }, closed)),
      byCloud: Sums,
      /** The 199 dearest and `(others)`; shared cost is split among them. */
      byApplication: Sums,
      /** Part of the total that carried no tag of ours, before it was split. */
      sharedMicros: Micros,
      /** What the sweep itself cost: paid requests to cost APIs. */
      requests: Type.Integer({ minimum: 0 }),
      requestMicros: Micros,
    },
    closed,
  ),
  subject: (data) => data.period,
});
