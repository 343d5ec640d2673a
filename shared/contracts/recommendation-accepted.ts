import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecommendationId, SpecChange } from './cost-values.ts';
import { Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/**
 * Placement makes it an ordinary revision: each change is applied, first to last, only where the spec still says what `from` says. For
 * `revert` the same holds: whoever says it has turned the changes round.
 */
export const recommendationAccepted = defineEvent({
  name: 'recommendation.accepted',
  summary: 'A recommendation was accepted, by a person or a rule, and becomes a revision',
  data: Type.Object(
    {
      recommendation: RecommendationId,
      /** revert: the way back of one that was applied. */
      direction: Type.Union([Type.Literal('apply'), Type.Literal('revert')]),
      application: Name,
      service: Name,
      change: Type.Array(SpecChange, { minItems: 1, maxItems: 20 }),
      acceptedBy: Type.String({ maxLength: 200 }),
    },
    closed,
  ),
  subject: (data) => data.application,
});
