import type { JsonSchema } from './json-schema.ts';

export interface TableOptions {
  /** Default of a field by its path, if it has one. */
  readonly defaultOf?: (path: string) => string | undefined;
  /** Path that every row begins with. */
  readonly prefix?: string;
}

/** A Markdown table of every field of a schema, nested ones by path: `resources.cpu`, `ports[].port`, `env.*`. */
export function fieldsTable(schema: JsonSchema, { defaultOf, prefix = '' }: TableOptions = {}): string {
  const rows = fields(schema, prefix).map(({ path, schema: each, required }) => {
    const value = defaultOf?.(path);
    const meaning = (each.description ?? '').replaceAll('*', String.raw`\*`);
    const cells = [`\`${path}\`${required ? ' (required)' : ''}`, allowed(each), meaning];
    return row(defaultOf === undefined ? cells : [...cells, value === undefined ? '' : `\`${value}\``]);
  });
  const head = ['Field', 'Value', 'Meaning', ...(defaultOf === undefined ? [] : ['Default'])];
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function fields(schema: JsonSchema, prefix: string): readonly Field[] {
  const dot = prefix === '' ? '' : `${prefix}.`;
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${dot}${name}`;
    return [{ path, schema: inner, required: schema.required?.includes(name) ?? false }, ...fields(inner, path)];
  });
  const items = schema.items === undefined ? [] : fields(schema.items, `${prefix}[]`);
  const named = Object.values(schema.patternProperties ?? {}).flatMap((inner) => [
    { path: `${dot}*`, schema: inner, required: false },
    ...fields(inner, `${dot}*`),
  ]);
  return [...own, ...items, ...named];
}

/** What may stand there, in a few words. */
export function allowed(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(allowed))].join(' or ');
  return byType(schema);
}

function byType(schema: JsonSchema): string {
  switch (schema.type) {
    case 'array':
      return `list of ${allowed(schema.items ?? {})}${bounds(schema.minItems, schema.maxItems, ' entries')}`;
    case 'object':
      return 'mapping';
    case 'integer':
      return `whole number${bounds(schema.minimum, schema.maximum)}`;
    case 'number':
      return `number${bounds(schema.minimum ?? schema.exclusiveMinimum, schema.maximum)}`;
    case 'boolean':
      return '`true` or `false`';
    default:
      return `text${bounds(undefined, schema.maxLength, ' characters')}`;
  }
}

function bounds(minimum?: number, maximum?: number, unit = ''): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}${unit}`;
  if (maximum !== undefined) return `, at most ${maximum}${unit}`;
  return minimum === undefined ? '' : `, at least ${minimum}${unit}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((each) => each.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
