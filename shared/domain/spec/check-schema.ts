import { counted } from '../counted.ts';
import { toldApart, wrongWord } from './alternatives.ts';
import { checkScalar } from './check-scalar.ts';
import type { JsonSchema } from './json-schema.ts';
import { closest, describeValue, unknownKey, type Finding, type Path } from './problem.ts';

/** After this many the reader has enough to mend. */
const maximumFindings = 100;

/**
 * Compares data with a schema and says, for people, everything that does not fit. Finds nothing exactly when the schema accepts
 * (a property test holds it against the compiled validator).
 */
export function checkSchema(schema: JsonSchema, value: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  check(schema, value, [], findings);
  return findings;
}

function check(schema: JsonSchema, value: unknown, path: Path, findings: Finding[]): void {
  if (findings.length >= maximumFindings) return;
  if (schema.anyOf) return checkUnion(schema.anyOf, schema, { value, path, findings });
  if (schema.type === 'object') return checkObject(schema, value, path, findings);
  if (schema.type === 'array') return checkArray(schema, value, path, findings);
  const problem = checkScalar(schema, value);
  if (problem !== undefined) findings.push({ path, found: value, ...problem });
}

interface Place {
  readonly value: unknown;
  readonly path: Path;
  readonly findings: Finding[];
}

function checkUnion(options: readonly JsonSchema[], schema: JsonSchema, place: Place): void {
  if (jsonType(place.value) !== 'object' || !checkNamed(options, place)) checkAny(options, schema, place);
}

function checkAny(options: readonly JsonSchema[], schema: JsonSchema, { value, path, findings }: Place): void {
  const attempts = options.map((option) => {
    const tried: Finding[] = [];
    check(option, value, path, tried);
    return { option, tried };
  });
  if (attempts.some(({ tried }) => tried.length === 0)) return;
  const words = options.flatMap((option) => (option.const === undefined ? [] : [String(option.const)]));
  const found = describeValue(value);
  if (words.length === options.length) {
    const suggestion = typeof value === 'string' ? closest(value, words) : undefined;
    findings.push({ path, message: `found ${found}`, found: value, allowed: words, ...(suggestion && { suggestion }) });
    return;
  }
  // Of alternatives with a shape, the one of the value's own type explains best.
  const likely = attempts.find(({ option }) => option.type === jsonType(value));
  if (likely !== undefined && explainsItself(likely.option)) findings.push(...likely.tried);
  else if (schema.description !== undefined) {
    findings.push({ path, message: `found ${found}`, found: value, allowed: [schema.description] });
  } else if (likely) findings.push(...likely.tried);
  else
    findings.push({ path, message: `found ${found}`, found: value, allowed: options.map(({ type }) => named(type)) });
}

/** Of mappings that a word tells apart the one that the value says it is. @returns false where no word does */
function checkNamed(options: readonly JsonSchema[], { value, path, findings }: Place): boolean {
  const apart = toldApart(options);
  if (apart === undefined) return false;
  const word = (value as Readonly<Record<string, unknown>>)[apart.key];
  const meant = typeof word === 'string' ? apart.options.get(word) : undefined;
  if (meant === undefined) findings.push(wrongWord(apart, word, path));
  else check(meant, value, path, findings);
  return true;
}

/** Which member of a mapping is wrong, or what the bounds are, says more than words about all alternatives. */
function explainsItself({ type, maximum }: JsonSchema): boolean {
  return type === 'object' || maximum !== undefined;
}

function checkObject(schema: JsonSchema, value: unknown, path: Path, findings: Finding[]): void {
  if (jsonType(value) !== 'object') return wrongType('a mapping', { value, path, findings });
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(fields, name)) findings.push({ path: [...path, name], message: 'is missing' });
  }
  for (const [key, each] of Object.entries(fields)) {
    const inner = schemaOf(schema, key);
    if (inner !== undefined) check(inner, each, [...path, key], findings);
    else if (schema.additionalProperties === false) findings.push(unknown(schema, key, fields, path));
  }
}

function schemaOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  const pattern = Object.keys(schema.patternProperties ?? {}).find((each) => new RegExp(each, 'u').test(key));
  return pattern === undefined ? undefined : schema.patternProperties?.[pattern];
}

function unknown(schema: JsonSchema, key: string, fields: object, path: Path): Finding {
  const at = { path: [...path, key], atKey: true as const, found: key };
  const [pattern] = Object.keys(schema.patternProperties ?? {});
  if (pattern !== undefined) return { ...at, message: 'the name does not fit', allowed: [`names like ${pattern}`] };
  const names = Object.keys(schema.properties ?? {});
  // A key that is there already cannot be what was meant.
  const suggestion = closest(
    key,
    names.filter((name) => !Object.hasOwn(fields, name)),
  );
  return { ...at, message: unknownKey, allowed: names, ...(suggestion && { suggestion }) };
}

function checkArray(schema: JsonSchema, value: unknown, path: Path, findings: Finding[]): void {
  if (!Array.isArray(value)) return wrongType('a list', { value, path, findings });
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (value.length < minItems)
    findings.push({
      path,
      message: `has ${counted(value.length, 'entry', 'entries')}`,
      allowed: [`at least ${minItems}`],
    });
  if (value.length > maxItems) {
    findings.push({
      path,
      message: `has ${counted(value.length, 'entry', 'entries')}`,
      allowed: [`at most ${maxItems}`],
    });
    return;
  }
  if (items) for (const [index, each] of value.entries()) check(items, each, [...path, index], findings);
}

function wrongType(wanted: string, { value, path, findings }: Place): void {
  findings.push({ path, message: `found ${describeValue(value)}`, found: value, allowed: [wanted] });
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function named(type: string | undefined): string {
  return type === undefined ? 'another value' : `a ${type}`;
}
