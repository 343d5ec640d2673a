import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecommendationId } from './cost-values.ts';

/** Somebody decides on a recommendation. */
export const recommendationControlRequested = defineEvent({
  name: 'recommendation.control-requested',
  summary: 'A recommendation is to be applied, reverted or dismissed',
  data: Type.Object(
    {
      recommendation: RecommendationId,
      action: Type.Union([Type.Literal('apply'), Type.Literal('revert'), Type.Literal('dismiss')]),
      requestedBy: Type.Optional(Type.String({ maxLength: 200 })),
      reason: Type.Optional(Type.String({ maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recommendation,
});
