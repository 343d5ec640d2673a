import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { RegionScope, TargetScope } from './values.ts';

export const HealthStatus = Type.Union([
  Type.Literal('healthy'),
  Type.Literal('unhealthy'),
  Type.Literal('unreachable'),
]);
export type HealthStatus = Static<typeof HealthStatus>;

/** A cloud region as seen through everything deployed there; said only after hysteresis, with the evidence. */
export const healthChanged = defineEvent({
  name: 'health.changed',
  summary: 'The health of a cloud region changed',
  data: Type.Object(
    {
      scope: TargetScope,
      status: HealthStatus,
      previous: HealthStatus,
      /** Deployments that made the difference, for example `shop/web/aws/eu-west-1/fargate: CloudUnreachable`. */
      evidence: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 }),
      /** RFC 3339: when the first sign of the change was seen. */
      since: Type.String(),
      /** Other regions of the same cloud that have answered, those that did last first: whether the whole cloud may be gone is judged by them. */
      neighbours: Type.Optional(
        Type.Array(
          Type.Object(
            { scope: RegionScope, /** RFC 3339 */ answeredAt: Type.String() },
            { additionalProperties: false },
          ),
          { maxItems: 20 },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
