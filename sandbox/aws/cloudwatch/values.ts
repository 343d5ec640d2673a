import { AwsError } from '../wire/errors.ts';
import type { Input } from '../wire/input.ts';

const wrong = (field: string, expected: string) =>
  new AwsError('SerializationException', `Field '${field}' must be ${expected}.`);

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** JSON and the Query protocol both write what JSON numbers cannot as `NaN`, `Infinity` and `-Infinity` in text. */
function toNumber(value: unknown, field: string): number {
  const number = isText(value) ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isNaN(number) && value !== 'NaN')) throw wrong(field, 'a number');
  return number;
}

export function real(input: Input, field: string): number | undefined {
  const value = input[field];
  return value == null ? undefined : toNumber(value, field);
}

export function reals(input: Input, field: string): readonly number[] | undefined {
  const value = input[field];
  if (value == null) return undefined;
  if (!Array.isArray(value)) throw wrong(field, 'a list of numbers');
  return value.map((item) => toNumber(item, field));
}

/** Milliseconds since the epoch, from epoch seconds (JSON) or ISO 8601 (Query). */
export function time(input: Input, field: string): number | undefined {
  const value = input[field];
  if (value == null) return undefined;
  const seconds = typeof value === 'number' ? value : Number(value);
  const at = Number.isNaN(seconds) ? Date.parse(String(value)) : Math.round(seconds * 1_000);
  // Outside this range a Date cannot hold it, and no answer could name it.
  if (Number.isNaN(at) || Math.abs(at) > 8.64e15) throw wrong(field, 'a timestamp');
  return at;
}
