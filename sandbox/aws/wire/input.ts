import { AwsError } from './errors.ts';

/** A request body or a structure inside one: nothing in it is trusted before it is read through the functions below. */
export type Input = Readonly<Record<string, unknown>>;

const wrong = (field: string, expected: string) =>
  new AwsError('SerializationException', `Field '${field}' must be ${expected}.`);

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(input: Input, field: string): string | undefined {
  const value = input[field];
  if (value == null) return undefined;
  if (typeof value !== 'string') throw wrong(field, 'a string');
  return value;
}

/** Whole numbers; the Query protocol sends them as text. */
export function whole(input: Input, field: string): number | undefined {
  const value = input[field];
  if (value == null) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw wrong(field, 'an integer');
  return number;
}

export function flag(input: Input, field: string): boolean | undefined {
  const value = input[field];
  if (value == null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw wrong(field, 'a boolean');
}

export function record(input: Input, field: string): Input | undefined {
  const value = input[field];
  if (value == null) return undefined;
  if (!isInput(value)) throw wrong(field, 'a structure');
  return value;
}

function list(input: Input, field: string): readonly unknown[] {
  const value = input[field];
  if (value == null) return [];
  if (!Array.isArray(value)) throw wrong(field, 'a list');
  return value;
}

export function texts(input: Input, field: string): readonly string[] {
  return list(input, field).map((value) => {
    if (typeof value !== 'string') throw wrong(field, 'a list of strings');
    return value;
  });
}

export function records(input: Input, field: string): readonly Input[] {
  return list(input, field).map((value) => {
    if (!isInput(value)) throw wrong(field, 'a list of structures');
    return value;
  });
}

/** The given fields, where present: what a provider echoes back unchanged. */
export function pick(input: Input, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => input[field] != null).map((field) => [field, input[field]]));
}
