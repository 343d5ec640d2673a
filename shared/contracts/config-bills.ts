import { Type, type Static } from 'typebox';
import { closed } from './config-fields.ts';
import { SecretSource } from './config-secret.ts';
import { Name } from './values.ts';

const text = Type.String({ minLength: 1, maxLength: 1024 });
const url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2048 });
const named = { name: Name };

/** This month and those before it; the first reading asks for all of them. Default 2. */
const months = (most: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: most,
      description: 'How many months are read: this one and those before it. Default 2',
    }),
  );

/** Where bills come from. FOCUS exports (1.0 to 1.2; CSV, CSV in gzip, Parquet) or a cost API. */
export const BillSourceConfig = Type.Union([
  Type.Object({ ...named, kind: Type.Literal('file'), path: text }, closed),
  Type.Object(
    {
      ...named,
      kind: Type.Literal('s3'),
      bucket: text,
      prefix: Type.Optional(text),
      region: text,
      endpoint: Type.Optional(url),
    },
    closed,
  ),
  Type.Object(
    {
      ...named,
      kind: Type.Literal('azure-blob'),
      /** Of the storage account alone: a shared access signature behind it would be a secret in this file. */
      url,
      container: text,
      prefix: Type.Optional(text),
      /** Where a shared access signature lies; absent: signed in to by an identity. */
      sas: Type.Optional(SecretSource),
    },
    closed,
  ),
  Type.Object(
    { ...named, kind: Type.Literal('gcs'), bucket: text, prefix: Type.Optional(text), endpoint: Type.Optional(url) },
    closed,
  ),
  Type.Object(
    {
      ...named,
      kind: Type.Literal('cost-explorer'),
      account: text,
      /** Tag keys under which cost is grouped; at most two, as the API allows. */
      groupBy: Type.Optional(Type.Array(text, { minItems: 1, maxItems: 2 })),
      /** By day it answers for this month and 13 before it: Cost Management User Guide, "Exploring more data", read 2026-11-21. */
      months: months(14),
      /** Requests (pages) a day may pay for; each costs 0.01 US dollars. */
      pages: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      endpoint: Type.Optional(url),
    },
    closed,
  ),
  Type.Object(
    {
      ...named,
      kind: Type.Literal('azure-cost'),
      /** `/subscriptions/<id>`, a billing account, a management group. */
      scope: Type.String({ pattern: '^/', maxLength: 500 }),
      months: months(14),
      /** Requests (pages) a day may make. */
      pages: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      endpoint: Type.Optional(url),
    },
    closed,
  ),
  Type.Object(
    {
      ...named,
      kind: Type.Literal('bigquery'),
      project: text,
      dataset: text,
      table: text,
      months: months(36),
      /** Most bytes a query may scan; BigQuery refuses a query that would bill more. */
      maximumBytes: Type.Optional(Type.Integer({ minimum: 1 })),
      endpoint: Type.Optional(url),
    },
    closed,
  ),
]);
export type BillSourceConfig = Static<typeof BillSourceConfig>;
