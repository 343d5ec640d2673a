import { Type, type Static } from 'typebox';
import { defineCommand } from './contract.ts';
import { Generation, Name, TargetId } from './values.ts';

export const Route = Type.Object(
  {
    target: TargetId,
    endpoint: Type.String({ minLength: 1, maxLength: 2000 }),
    /** Share of traffic, 0 to 100; the weights of a split add up to 100, or to 0 when nothing may be served. */
    weight: Type.Integer({ minimum: 0, maximum: 100 }),
    standby: Type.Optional(
      Type.Literal(true, {
        description: 'Of weight 0: gets the traffic while the router can reach nothing that has weight',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Route = Static<typeof Route>;

export const trafficSplit = {
  application: Name,
  service: Name,
  generation: Generation,
  /** Counts up per service: a split with a lower number than the one in force is stale. */
  sequence: Type.Integer({ minimum: 1 }),
  routes: Type.Array(Route, { maxItems: 40 }),
};

export function splitSubject(of: { readonly application: string; readonly service: string }): string {
  return `${of.application}/${of.service}`;
}

/** Send the service's traffic to these endpoints. Only rollout says it. */
export const trafficShift = defineCommand({
  name: 'traffic.shift',
  summary: 'Route the traffic of a service by these weights',
  data: Type.Object(
    {
      ...trafficSplit,
      reason: Type.Union([
        Type.Literal('Rollout'),
        Type.Literal('Canary'),
        Type.Literal('TargetExcluded'),
        Type.Literal('Degraded'),
        Type.Literal('Removed'),
      ]),
    },
    { additionalProperties: false },
  ),
  subject: splitSubject,
});
