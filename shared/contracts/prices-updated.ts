import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { Day } from './cost-values.ts';
import { CloudName } from './values.ts';

const closed = { additionalProperties: false } as const;

/** As the catalogue counts: integer micro-units of the currency for `per` units. */
export const ListPrice = Type.Object(
  {
    micros: Type.Integer({ minimum: 0, maximum: 9_000_000_000_000_000 }),
    per: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    unit: Type.String({ maxLength: 40 }),
    currency: Type.Literal('USD'),
  },
  closed,
);
export type ListPrice = Static<typeof ListPrice>;

/**
 * Which price of the catalogue: `<offering or region>#<member>`, for example `aws/eu-west-1/fargate#amd64.vcpuHour`,
 * `azure/westus2/container-apps#active.gibHour`, `gcp/europe-west1#internet.0` (the first tier).
 */
export const PriceKey = Type.String({ pattern: '^[a-z]+/[a-z0-9-]+(/[a-z0-9-]+)?#[A-Za-z0-9.-]+$', maxLength: 200 });

/** Of traffic that is priced by amount: GB a month from which it holds and at which the next begins, absent on the last. */
export const PriceTier = Type.Object(
  {
    fromGb: Type.Number({ minimum: 0, maximum: 1e12 }),
    upToGb: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
  },
  closed,
);
export type PriceTier = Static<typeof PriceTier>;

export const PriceChange = Type.Object(
  {
    key: PriceKey,
    /** What was used until now, refreshed or embedded; absent where nothing was known. */
    old: Type.Optional(ListPrice),
    new: ListPrice,
    /** Day from which the provider charges it, or on which it was read. */
    asOf: Day,
    /** The provider's own identity of it: SKU, meter. */
    sku: Type.String({ maxLength: 300 }),
    tier: Type.Optional(PriceTier),
  },
  closed,
);
export type PriceChange = Static<typeof PriceChange>;

/** A provider's price list was read. Only what changed is said; a jump nobody would believe is set aside and the old price stays. */
export const pricesUpdated = defineEvent({
  name: 'prices.updated',
  summary: "A provider's price list was read and (a page of) what changed",
  data: Type.Object(
    {
      cloud: CloudName,
      /** Where it was read: `AWS Price List Query API`, … */
      source: Type.String({ maxLength: 200 }),
      readAt: Type.String({ maxLength: 40 }),
      changes: Type.Array(PriceChange, { maxItems: 500 }),
      quarantined: Type.Array(
        Type.Object(
          {
            ...PriceChange.properties,
            /** new/old, or old/new where it fell. */
            ratio: Type.Number({ minimum: 1 }),
            reason: Type.String({ maxLength: 500 }),
          },
          closed,
        ),
        { maxItems: 500 },
      ),
      /** Prices the list no longer confirms (gone, unclear or set aside): they stay in use, as of the day they were last read. */
      vanished: Type.Optional(Type.Array(Type.Object({ key: PriceKey, lastRead: Day }, closed), { maxItems: 500 })),
      /** Prices of the catalogue for which the list had nothing. */
      missing: Type.Integer({ minimum: 0 }),
      /** Prices that were read and were as before. All counts are of the whole reading, on each of its pages. */
      unchanged: Type.Integer({ minimum: 0 }),
    },
    closed,
  ),
  subject: (data) => data.cloud,
});
