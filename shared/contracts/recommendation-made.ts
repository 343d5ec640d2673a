import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Micros, RecommendationId, RecommendationKind, SpecChange } from './cost-values.ts';
import { Name, TargetId } from './values.ts';

const closed = { additionalProperties: false } as const;

export const Evidence = Type.Object(
  {
    name: Type.String({ maxLength: 120 }),
    value: Type.Union([Type.Number(), Type.String({ maxLength: 500 })]),
    unit: Type.Optional(Type.String({ maxLength: 40 })),
  },
  closed,
);

/** Something could cost less: what, why, how sure, and the exact change. Nothing happens until somebody, or a rule, accepts it. */
export const recommendationMade = defineEvent({
  name: 'recommendation.made',
  summary: 'A service could cost less',
  data: Type.Object(
    {
      recommendation: RecommendationId,
      kind: RecommendationKind,
      application: Name,
      service: Name,
      target: Type.Optional(TargetId),
      /** What a month would cost less, expected. US dollars, as the catalogue. */
      monthlySavingMicros: Micros,
      /** Paid once: data that moves, capacity that stands twice. */
      oneOffMicros: Micros,
      /** Days until the saving has paid the one-off cost; absent where there is none. */
      paybackDays: Type.Optional(Type.Number({ minimum: 0 })),
      /** 0 to 1: how much of what should be known is known, and how steady it is. */
      confidence: Type.Number({ minimum: 0, maximum: 1 }),
      risk: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')]),
      /** One sentence a person can act on. */
      reason: Type.String({ maxLength: 1000 }),
      evidence: Type.Array(Evidence, { maxItems: 30 }),
      /** Empty for a commitment: that is bought, not deployed. */
      change: Type.Array(SpecChange, { maxItems: 20 }),
    },
    closed,
  ),
  subject: (data) => data.recommendation,
});
