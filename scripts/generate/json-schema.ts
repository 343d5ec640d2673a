import type { Contract } from '../../shared/contracts/contract.ts';
import { schemaBase } from '../../shared/contracts/contract.ts';
import type { JsonSchema as Checked } from '../../shared/domain/spec/json-schema.ts';

export type JsonSchema = Checked & { readonly title?: string; readonly enum?: readonly unknown[] };

export const dialect = 'https://json-schema.org/draft/2020-12/schema';

export function contractSchema({ type, summary, schema }: Contract): JsonSchema {
  return {
    $schema: dialect,
    $id: `${schemaBase}${type}.json`,
    title: type,
    description: summary,
    ...plain(schema as JsonSchema),
  } as JsonSchema;
}

export function publishedSchema(schema: JsonSchema, name: string): JsonSchema {
  return { $schema: dialect, $id: `${schemaBase}${name}.json`, ...plain(schema) } as JsonSchema;
}

/** Plain JSON; alternatives that are only words become an enum, which editors complete better. */
function plain(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => asEnum(value)) as JsonSchema;
}

function asEnum(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('anyOf' in value) || !Array.isArray(value.anyOf)) return value;
  const options = value.anyOf as readonly JsonSchema[];
  if (!options.every((each) => typeof each.const === 'string')) return value;
  const { anyOf: _, ...rest } = value;
  return { ...rest, type: 'string', enum: options.map((each) => each.const) };
}
