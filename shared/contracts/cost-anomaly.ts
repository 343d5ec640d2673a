import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { CostLine, Currency, Day, Micros } from './cost-values.ts';
import { CloudName, Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** `sudden`: days that stick out. `slow`: a level that rises a little every day, so that no day of it does. */
export const anomalyKinds = ['sudden', 'slow'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** A day cost more than days like it do. Said once for each series and day; a run of days is one anomaly that goes on. */
export const costAnomaly = defineEvent({
  name: 'cost.anomaly',
  summary: 'A day cost something else than days like it',
  data: Type.Object(
    {
      anomaly: Type.String({ maxLength: 120 }),
      /** Default sudden. */
      kind: Type.Optional(
        Type.Unsafe<AnomalyKind>(
          Type.Union(
            anomalyKinds.map((each) => Type.Literal(each)),
            {
              description: 'sudden: days that stick out; slow: a level that rises a little every day',
            },
          ),
        ),
      ),
      cloud: Type.Optional(CloudName),
      application: Type.Optional(Name),
      service: Type.Optional(Name),
      /** The provider's service, where the series is one. */
      serviceName: Type.Optional(Type.String({ maxLength: 300 })),
      day: Day,
      /** First day of the run. */
      since: Day,
      currency: Currency,
      actualMicros: Micros,
      expectedMicros: Micros,
      /** Over the whole run. */
      impactMicros: Micros,
      /** Robust standard deviations from what was expected. */
      score: Type.Number(),
      /** The rows that made the difference, largest first. */
      rows: Type.Array(CostLine, { maxItems: 20 }),
    },
    closed,
  ),
  subject: (data) => data.anomaly,
});
