import type { protobuf } from 'google-gax';

const integers = new Set([
  'int32',
  'uint32',
  'sint32',
  'fixed32',
  'sfixed32',
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
]);

function readInteger(type: string, value: unknown): unknown {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^-?\d+$/.test(text)) return undefined;
  if (type.endsWith('64')) return BigInt(text).toString();
  const number = Number(text);
  const least = type.startsWith('u') ? 0 : -(2 ** 31);
  const most = type.startsWith('u') ? 2 ** 32 - 1 : 2 ** 31 - 1;
  return number >= least && number <= most ? number : undefined;
}

/** A scalar in canonical proto3 JSON (64-bit numbers as text), or undefined when the value is not of that type. */
export function readScalar(type: string, value: unknown): unknown {
  if (integers.has(type)) return readInteger(type, value);
  if (type === 'bool') return typeof value === 'boolean' ? value : undefined;
  if (type === 'double' || type === 'float') return typeof value === 'number' ? value : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** An enum by name or by number; the canonical form is the name. Unknown ones are refused, as the real parser does. */
export function readEnum(type: protobuf.Enum, value: unknown): string | undefined {
  if (typeof value === 'string' && Object.hasOwn(type.values, value)) return value;
  return typeof value === 'number' ? type.valuesById[value] : undefined;
}

const duration = /^-?\d+(\.\d{1,9})?s$/;

/** What Google's parser calls the type of a field in "Invalid value at" messages. */
export const typeLabel = (field: protobuf.Field): string =>
  field.resolvedType
    ? `type.googleapis.com/${field.resolvedType.fullName.slice(1)}`
    : `TYPE_${field.type.toUpperCase()}`;

/** Well-known messages whose JSON form is a string. Answers why the text is refused, or undefined when it is fine. */
export const wellKnownText: Readonly<Record<string, (text: string) => string | undefined>> = {
  '.google.protobuf.Duration': (text) =>
    duration.test(text) ? undefined : "Illegal duration format; duration must end with 's'",
  '.google.protobuf.Timestamp': (text) =>
    Number.isNaN(Date.parse(text)) ? 'Invalid time format: Failed to parse input' : undefined,
  '.google.protobuf.FieldMask': (text) => (/^[\w.,*]*$/.test(text) ? undefined : 'Failed to parse the field mask'),
};
