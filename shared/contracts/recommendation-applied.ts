import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecommendationId } from './cost-values.ts';
import { Generation, Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** What placement made of an accepted recommendation. */
export const recommendationApplied = defineEvent({
  name: 'recommendation.applied',
  summary: 'An accepted recommendation became a revision, or was refused',
  data: Type.Object(
    {
      recommendation: RecommendationId,
      direction: Type.Union([Type.Literal('apply'), Type.Literal('revert')]),
      application: Name,
      service: Name,
      outcome: Type.Union([Type.Literal('applied'), Type.Literal('refused')]),
      /** The revision that carries it; absent when refused. */
      generation: Type.Optional(Generation),
      /** For refused: the spec has changed since, no place fits, a budget blocks, … */
      reason: Type.String({ maxLength: 1000 }),
    },
    closed,
  ),
  subject: (data) => data.recommendation,
});
