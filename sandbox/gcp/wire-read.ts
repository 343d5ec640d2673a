import { lookup } from './lookup.ts';
import { protobuf } from 'google-gax';
import { invalidArgument } from './status.ts';
import type { Violation } from './status.ts';
import { readEnum, readScalar, typeLabel, wellKnownText } from './wire-scalars.ts';

/** Google reports fields in snake_case, as the protos write them. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

interface Reading {
  readonly violations: Violation[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuse(reading: Reading, field: string, description: string): undefined {
  reading.violations.push({ field, description });
  return undefined;
}

const invalidValue = (reading: Reading, path: string, field: protobuf.Field, value: unknown): undefined =>
  refuse(reading, path, `Invalid value at '${path}' (${typeLabel(field)}), ${JSON.stringify(value)}`);

function readText(reading: Reading, path: string, field: protobuf.Field, value: unknown): unknown {
  const why = wellKnownText[field.resolvedType?.fullName ?? ''];
  if (typeof value !== 'string') return invalidValue(reading, path, field, value);
  const reason = why?.(value);
  if (reason === undefined) return value;
  const text = `Invalid value at '${path}' (${typeLabel(field)}), Field '${field.name}', ${reason}`;
  return refuse(reading, path, text);
}

function readOne(reading: Reading, path: string, field: protobuf.Field, value: unknown): unknown {
  const type = field.resolvedType;
  if (type instanceof protobuf.Enum) return readEnum(type, value) ?? invalidValue(reading, path, field, value);
  if (!type) return readScalar(field.type, value) ?? invalidValue(reading, path, field, value);
  if (type.fullName in wellKnownText) return readText(reading, path, field, value);
  if (Array.isArray(value)) {
    const text = `Invalid JSON payload received. Unknown name "${field.name}" at '${parentOf(path)}': Proto field is not repeating, cannot start list.`;
    return refuse(reading, parentOf(path), text);
  }
  return isObject(value) ? readFields(reading, path, type, value) : invalidValue(reading, path, field, value);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

function readMap(reading: Reading, path: string, field: protobuf.Field, value: unknown): unknown {
  if (!isObject(value)) return invalidValue(reading, path, field, value);
  const entries = Object.entries(value).map(([key, item]) => [key, readOne(reading, `${path}[${key}]`, field, item)]);
  return Object.fromEntries(entries) as unknown;
}

function readField(reading: Reading, path: string, field: protobuf.Field, value: unknown): unknown {
  if (field.map) return readMap(reading, path, field, value);
  if (!field.repeated) return readOne(reading, path, field, value);
  if (!Array.isArray(value)) return invalidValue(reading, path, field, value);
  return value.map((item, index) => readOne(reading, `${path}[${index}]`, field, item));
}

/** proto3 has no presence for plain scalars: a default that is spelled out equals one that is left out. */
export function isDefault(field: protobuf.Field, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (field.map) return isObject(value) && Object.keys(value).length === 0;
  if (field.partOf) return false;
  if (field.resolvedType instanceof protobuf.Enum) return value === field.resolvedType.valuesById[0];
  return value === '' || value === 0 || value === false || value === '0';
}

/** Only one member of a oneof may be set. */
function checkOneofs(reading: Reading, path: string, type: protobuf.Type, given: object): void {
  for (const oneof of type.oneofsArray) {
    const set = oneof.oneof.filter((name) => name in given);
    if (set.length < 2) continue;
    const text = `Invalid value at '${path}' (oneof), oneof field '${snake(oneof.name)}' is already set. Cannot set '${set[1]}'`;
    refuse(reading, path, text);
  }
}

function readFields(reading: Reading, path: string, type: protobuf.Type, json: Record<string, unknown>): object {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const field = lookup(type.fields, camel(name));
    const at = path === '' ? '' : ` at '${path}'`;
    if (!field) {
      refuse(reading, path, `Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`);
      continue;
    }
    if (value === null) continue;
    const result = readField(reading, path === '' ? snake(field.name) : `${path}.${snake(field.name)}`, field, value);
    if (result !== undefined && !isDefault(field, result)) read[field.name] = result;
  }
  checkOneofs(reading, path, type, read);
  return read;
}

/**
 * Reads a JSON message strictly, as Google's front end does, into canonical proto3 JSON (lowerCamel names, enum names, 64-bit text,
 * defaults left out). Throws INVALID_ARGUMENT naming every field that is unknown or of the wrong type.
 */
export function readMessage(type: protobuf.Type, json: unknown, path = ''): object {
  const reading: Reading = { violations: [] };
  if (!isObject(json))
    throw invalidArgument([], 'Invalid JSON payload received. Unknown name "": Root element must be a message.');
  const read = readFields(reading, path, type, json);
  if (reading.violations.length === 0) return read;
  throw invalidArgument(reading.violations, reading.violations.map((violation) => violation.description).join('\n'));
}
