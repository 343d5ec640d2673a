/**
 * Holds an answer against the mappers an Azure SDK ships: what the SDK would drop, misread or miss. Independent of our own schemas,
 * because those mappers are generated from Microsoft's OpenAPI documents.
 */
interface Mapper {
  readonly serializedName?: string;
  readonly required?: boolean;
  readonly type: {
    readonly name: string;
    readonly className?: string;
    readonly modelProperties?: Readonly<Record<string, Mapper>>;
    readonly element?: Mapper;
    readonly value?: Mapper;
  };
}

type Mappers = Readonly<Record<string, Mapper>>;

/** Every place where `value` and the model `className` disagree; empty means it deserialises without loss. */
export function mapperGaps(mappers: Mappers, className: string, value: unknown): string[] {
  const root = mappers[className];
  return root ? walk(mappers, root, value, className) : [`the SDK has no mapper '${className}'`];
}

function walk(mappers: Mappers, mapper: Mapper, value: unknown, path: string): string[] {
  switch (mapper.type.name) {
    case 'Composite':
      return walkComposite(mappers, mapper, value, path);
    case 'Sequence':
      if (!Array.isArray(value)) return [`${path}: not an array`];
      return value.flatMap((item, index) => walk(mappers, mapper.type.element as Mapper, item, `${path}[${index}]`));
    case 'Dictionary':
      if (!isObject(value)) return [`${path}: not a map`];
      return Object.entries(value).flatMap(([key, item]) =>
        walk(mappers, mapper.type.value as Mapper, item, `${path}.${key}`),
      );
    default:
      return isScalar(mapper.type.name, value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${mapper.type.name}`];
  }
}

interface Member {
  readonly name: string;
  readonly item: unknown;
}

function walkComposite(mappers: Mappers, mapper: Mapper, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path}: not an object`];
  const model = mapper.type.modelProperties ?? mappers[mapper.type.className ?? '']?.type.modelProperties ?? {};
  const known = Object.values(model).map((property) => ({
    property,
    keys: (property.serializedName ?? '').split('.'),
  }));
  const missing = known
    .filter(({ property, keys }) => property.required && read(value, keys) === undefined)
    .map(({ keys }) => `${path}.${keys.join('.')}: required but absent`);
  const flattened = new Set(known.filter(({ keys }) => keys.length > 1).map(({ keys }) => keys[0]));
  const members = Object.entries(value).flatMap(([key, item]): Member[] =>
    flattened.has(key) && isObject(item)
      ? Object.entries(item).map(([inner, deep]) => ({ name: `${key}.${inner}`, item: deep }))
      : [{ name: key, item }],
  );
  const wrong = members.flatMap(({ name, item }) => {
    const match = known.find((one) => one.keys.join('.') === name);
    const where = `${path}.${name}`;
    return match ? walk(mappers, match.property, item, where) : [`${where}: unknown to the SDK`];
  });
  return [...missing, ...wrong];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const read = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((held, key) => (isObject(held) ? held[key] : undefined), value);

function isScalar(type: string, value: unknown): boolean {
  switch (type) {
    case 'Number':
      return typeof value === 'number';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'DateTime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'any':
      return true;
    default:
      return typeof value === 'string';
  }
}
