import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Day } from './cost-values.ts';
import { Name, TargetId } from './values.ts';

const closed = { additionalProperties: false } as const;

/** Of the minutes that are known; a share of what the deployment had, 0 to 1. */
const Spread = Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() }, closed);

export const UsageDay = Type.Object(
  {
    application: Name,
    service: Name,
    target: TargetId,
    /** Minutes of the day of which anything is known; 1440 is all. */
    minutes: Type.Integer({ minimum: 0, maximum: 1440 }),
    cpu: Type.Optional(Spread),
    memory: Type.Optional(Spread),
    requests: Type.Optional(Type.Number({ minimum: 0 })),
    /** Mean of the day. */
    replicas: Type.Optional(Type.Number({ minimum: 0 })),
    /** Highest CPU share of each hour, UTC; null where nothing is known. For schedules. */
    hours: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.Null()]), { minItems: 24, maxItems: 24 })),
  },
  closed,
);
export type UsageDay = Static<typeof UsageDay>;

/** Deployments in one message: their reader keeps a record of weeks for each, and one transaction takes 4 MB. */
export const usagePage = 25;

/** How much of what they have deployments used on a day. Said when the day is over, and again if more became known. */
export const usageSummarized = defineEvent({
  name: 'usage.summarized',
  summary: 'How much of what they have (a page of) deployments used on a day',
  data: Type.Object({ day: Day, deployments: Type.Array(UsageDay, { minItems: 1, maxItems: usagePage }) }, closed),
  subject: (data) => data.day,
});
