import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name, TargetId, TargetScope, Tier } from './values.ts';

const closed = { additionalProperties: false } as const;

export const PlannedMove = Type.Object(
  {
    service: Name,
    tier: Tier,
    from: Type.Array(TargetId),
    to: Type.Array(Type.Object({ target: TargetId, replicas: Type.Integer({ minimum: 0 }) }, closed)),
    /** `serves`: traffic stays up on what stands elsewhere already. `moves`: it is away until its replacement is ready. `lost`: no place. */
    outcome: Type.Union([Type.Literal('serves'), Type.Literal('moves'), Type.Literal('lost')]),
    /** For `lost`: why no candidate is left. */
    reason: Type.String({ maxLength: 1000 }),
  },
  closed,
);
export type PlannedMove = Static<typeof PlannedMove>;

/** What placement would do without a scope: its answer to `target.excluded` in a dry run. Nothing is changed. */
export const placementPlanned = defineEvent({
  name: 'placement.planned',
  summary: 'Where (a page of) the services of an application would go without a scope',
  data: Type.Object(
    {
      /** The dry run that asked: `incident` of its `target.excluded`. */
      drill: Type.String({ maxLength: 120 }),
      application: Name,
      scope: TargetScope,
      page: Type.Integer({ minimum: 1 }),
      pages: Type.Integer({ minimum: 1 }),
      services: Type.Array(PlannedMove, { maxItems: 200 }),
    },
    closed,
  ),
  subject: (data) => data.application,
});
