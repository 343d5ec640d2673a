import { protobuf } from 'google-gax';
import { typeOfAny } from './protos.ts';
import { isDefault } from './wire-read.ts';
import { wellKnownText } from './wire-scalars.ts';

interface Form {
  /** `$alt=json;enum-encoding=int`: enums as numbers. */
  readonly enumsAsInts: boolean;
}

function writeAny(value: { '@type'?: string }, form: Form): unknown {
  const url = value['@type'] ?? '';
  return { '@type': url, ...writeMessage(typeOfAny(url), value, form) };
}

function writeOne(field: protobuf.Field, value: unknown, form: Form): unknown {
  const type = field.resolvedType;
  if (type instanceof protobuf.Enum) return form.enumsAsInts ? type.values[value as string] : value;
  if (!type || type.fullName in wellKnownText) return value;
  if (type.fullName === '.google.protobuf.Any') return writeAny(value as object, form);
  return writeMessage(type, value as object, form);
}

function writeField(field: protobuf.Field, value: unknown, form: Form): unknown {
  if (field.repeated) return (value as unknown[]).map((item) => writeOne(field, item, form));
  if (!field.map) return writeOne(field, value, form);
  const entries = Object.entries(value as object).map(([key, item]) => [key, writeOne(field, item, form)]);
  return Object.fromEntries(entries) as unknown;
}

/** A canonical message as the wire wants it: published fields only, in the published order, defaults left out. */
export function writeMessage(type: protobuf.Type, message: object, form: Form): object {
  const given = message as Record<string, unknown>;
  const written: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const value = given[field.name];
    if (value === undefined || value === null || isDefault(field, value)) continue;
    written[field.name] = writeField(field, value, form);
  }
  return written;
}
