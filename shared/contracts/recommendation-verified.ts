import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Currency, Day, Micros, RecommendationId } from './cost-values.ts';
import { Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** Bills before and after were compared, for the same use. */
export const recommendationVerified = defineEvent({
  name: 'recommendation.verified',
  summary: 'What an applied recommendation really saved',
  data: Type.Object(
    {
      recommendation: RecommendationId,
      application: Name,
      service: Name,
      outcome: Type.Union([Type.Literal('paid'), Type.Literal('did-not-pay'), Type.Literal('unclear')]),
      currency: Currency,
      /** A month, as promised and as the bills say. */
      promisedMicros: Micros,
      savedMicros: Micros,
      /** Billed a day, mean, before and after. */
      beforeDailyMicros: Micros,
      afterDailyMicros: Micros,
      from: Day,
      to: Day,
      reason: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
  subject: (data) => data.recommendation,
});
