import { counted } from '../counted.ts';
import type { JsonSchema } from './json-schema.ts';
import { closest, describeValue } from './problem.ts';

export interface ScalarProblem {
  readonly message: string;
  readonly allowed: readonly string[];
  readonly suggestion?: string;
}

/** What is wrong with a plain value, or undefined. */
export function checkScalar(schema: JsonSchema, value: unknown): ScalarProblem | undefined {
  const message = `found ${describeValue(value)}`;
  if (schema.const !== undefined)
    return value === schema.const ? undefined : wrongConstant(schema.const, value, message);
  switch (schema.type) {
    case 'string':
      return text(schema, value, message);
    case 'integer':
    case 'number':
      return number(schema, value, message);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : { message, allowed: ['true', 'false'] };
    default:
      return undefined;
  }
}

function wrongConstant(wanted: unknown, value: unknown, message: string): ScalarProblem {
  const suggestion = typeof value === 'string' ? closest(value, [String(wanted)]) : undefined;
  return { message, allowed: [String(wanted)], ...(suggestion && { suggestion }) };
}

function text(schema: JsonSchema, value: unknown, message: string): ScalarProblem | undefined {
  if (typeof value !== 'string') {
    const quote = typeof value === 'number' || typeof value === 'boolean' ? ' (put it in quotes)' : '';
    return { message, allowed: [`text${quote}`] };
  }
  return textLength(schema, value, message) ?? textForm(schema, value, message);
}

function textLength(schema: JsonSchema, value: string, message: string): ScalarProblem | undefined {
  const length = [...value].length;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (length < minLength)
    return { message, allowed: [schema.description ?? `at least ${counted(minLength, 'character')}`] };
  if (length <= maxLength) return undefined;
  return {
    message: `${message} with ${counted(length, 'character')}`,
    allowed: [`at most ${counted(maxLength, 'character')}`],
  };
}

function textForm({ pattern, description }: JsonSchema, value: string, message: string): ScalarProblem | undefined {
  if (pattern === undefined || new RegExp(pattern, 'u').test(value)) return undefined;
  return { message, allowed: [description ?? `text like ${pattern}`] };
}

function number(schema: JsonSchema, value: unknown, message: string): ScalarProblem | undefined {
  const whole = schema.type === 'integer';
  const fits = whole ? Number.isInteger(value) : Number.isFinite(value);
  if (fits && within(schema, value as number)) return undefined;
  return { message, allowed: [`${whole ? 'a whole number' : 'a number'}${range(schema)}`] };
}

function within({ minimum, maximum, exclusiveMinimum }: JsonSchema, value: number): boolean {
  return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity) && value > (exclusiveMinimum ?? -Infinity);
}

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  if (exclusiveMinimum !== undefined) {
    return ` above ${exclusiveMinimum}${maximum === undefined ? '' : `, at most ${maximum}`}`;
  }
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}
