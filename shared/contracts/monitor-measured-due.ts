import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { MetricPoint, metricNames } from './metrics-collected.ts';
import { Name, RegionScope } from './values.ts';

const closed = { additionalProperties: false } as const;

/** What the router counts besides what the clouds do. */
export const retryCount = 'http.server.request.retry.count';
const measuredNames = [...metricNames, retryCount] as const;
export type MeasuredName = (typeof measuredNames)[number];

/** Measured values of one service in one place: a target, or `router` for what was seen before any target. */
export const Measured = Type.Object(
  {
    application: Name,
    service: Name,
    place: Type.String({ pattern: '^(router|[a-z]+/[a-z0-9-]+/[a-z0-9-]+)$', maxLength: 120 }),
    metric: Type.Unsafe<MeasuredName>(Type.Union(measuredNames.map((each) => Type.Literal(each)))),
    points: Type.Array(MetricPoint, { maxItems: 60 }),
  },
  closed,
);
export type Measured = Static<typeof Measured>;

/** Monitor's note to itself: measurements that did not fit the transaction of the message they came in. */
export const monitorMeasuredDue = defineEvent({
  name: 'monitor.measured-due',
  summary: 'The rest of what was measured is to be kept',
  data: Type.Object(
    {
      /** Milliseconds since the epoch up to which was measured. */
      asOf: Type.Integer({ minimum: 0 }),
      /** Values of a window of their own, to be added to what the minute has; else they are what the minute is. */
      adds: Type.Boolean(),
      /** The region that measured; absent for the router. */
      scope: Type.Optional(RegionScope),
      /** Told by a Prometheus: where a cloud tells the same minute, this stands. */
      prometheus: Type.Optional(Type.Literal(true)),
      measured: Type.Array(Measured, { maxItems: 2500 }),
    },
    closed,
  ),
  subject: () => 'metrics',
});
