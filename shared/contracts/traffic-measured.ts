import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

export const MeasuredService = Type.Object(
  {
    application: Name,
    service: Name,
    /** Answered in the window, whether well or not. */
    requests: Type.Integer({ minimum: 0 }),
    /** Answers of 5xx and broken answers, after any retry: what a client saw. */
    failed: Type.Integer({ minimum: 0 }),
    /** Repeated on another target. */
    retried: Type.Integer({ minimum: 0 }),
    p50Ms: Type.Optional(Type.Number({ minimum: 0 })),
    p95Ms: Type.Optional(Type.Number({ minimum: 0 })),
    p99Ms: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type MeasuredService = Static<typeof MeasuredService>;

/** What clients saw of services at the router in a window of time; services without a request are not named. */
export const trafficMeasured = defineEvent({
  name: 'traffic.measured',
  summary: 'Requests, failures and latency as the router saw them',
  data: Type.Object(
    {
      /** RFC 3339. */
      from: Type.String(),
      to: Type.String(),
      services: Type.Array(MeasuredService, { maxItems: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: () => 'gateway',
});
