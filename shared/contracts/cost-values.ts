import { Type, type Static } from 'typebox';
import { CloudName, Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** Integer millionths of the currency's unit. Sums of them are exact; a share of one is rounded by largest remainder, so shares add up. */
export const Micros = Type.Integer({ minimum: -9_000_000_000_000_000, maximum: 9_000_000_000_000_000 });

/** ISO 4217. Amounts in different currencies are never added. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, for example USD' });

/** A calendar day in UTC, as bills count days. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'YYYY-MM-DD, UTC' });

/** A billing period. */
export const Month = Type.String({ pattern: '^\\d{4}-\\d{2}$', description: 'YYYY-MM, UTC' });

/** `provider/billing-account/YYYY-MM`: one bill. */
export const BillId = Type.String({ pattern: '^[a-z0-9-]+/[^/\\s]{1,120}/\\d{4}-\\d{2}$', maxLength: 160 });

/** What a budget watches: exactly one of the three, or none for everything. */
export const CostScope = Type.Object(
  {
    application: Type.Optional(Name),
    team: Type.Optional(Type.String({ maxLength: 63 })),
    cloud: Type.Optional(CloudName),
  },
  { ...closed, maxProperties: 1, description: 'One application, one team, one cloud, or (empty) everything' },
);
export type CostScope = Static<typeof CostScope>;

/** `application/payments`, `team/web`, `cloud/aws`, or `fleet`. */
export function costScopeName({ application, team, cloud }: CostScope): string {
  if (application !== undefined) return `application/${application}`;
  if (team !== undefined) return `team/${team}`;
  return cloud === undefined ? 'fleet' : `cloud/${cloud}`;
}

/** One row of a bill as the ledger keeps it (a day of one thing), or a sum of such rows. */
export const CostLine = Type.Object(
  {
    day: Type.Optional(Day),
    provider: Type.Optional(Type.String({ maxLength: 120 })),
    account: Type.Optional(Type.String({ maxLength: 200 })),
    region: Type.Optional(Type.String({ maxLength: 120 })),
    /** The provider's service, for example Amazon ECS. */
    serviceName: Type.Optional(Type.String({ maxLength: 300 })),
    sku: Type.Optional(Type.String({ maxLength: 300 })),
    resource: Type.Optional(Type.String({ maxLength: 600 })),
    description: Type.Optional(Type.String({ maxLength: 600 })),
    micros: Micros,
    /** What it usually is, where this line explains a difference. */
    expectedMicros: Type.Optional(Micros),
  },
  closed,
);
export type CostLine = Static<typeof CostLine>;

export const recommendationKinds = [
  'rightsize',
  'idle',
  'scale-schedule',
  'spot',
  'arm',
  'commitment',
  'move',
] as const;
export type RecommendationKind = (typeof recommendationKinds)[number];
export const RecommendationKind = Type.Unsafe<RecommendationKind>(
  Type.Union(recommendationKinds.map((each) => Type.Literal(each))),
);

/**
 * `open` until somebody, or a rule, accepts or dismisses it; `accepted` until placement answers; `applied` until the rollout has ended;
 * `live` until bills tell what it saved: `verified`, `unprofitable` or `unclear`. `expired`: no longer true; `superseded`: another took
 * its place, or the spec says something else by now.
 */
export const recommendationStates = [
  ...(['open', 'accepted', 'applied', 'live', 'verified', 'unprofitable', 'unclear'] as const),
  ...(['reverting', 'reverted', 'refused', 'failed', 'dismissed', 'superseded', 'expired'] as const),
] as const;
export type RecommendationState = (typeof recommendationStates)[number];

export const RecommendationId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,119}$', maxLength: 120 });

/**
 * One changed field of a service in the spec: RFC 6901 pointer below the service (`/resources/cpu`), the value it has now (absent: not
 * stated) and the one it gets (absent: removed). Applied backwards it is the way back.
 */
export const SpecChange = Type.Object(
  {
    path: Type.String({ pattern: '^(/[A-Za-z0-9_~-]+)+$', maxLength: 200 }),
    from: Type.Optional(Type.Unknown()),
    to: Type.Optional(Type.Unknown()),
  },
  closed,
);
export type SpecChange = Static<typeof SpecChange>;
