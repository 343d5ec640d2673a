/** Schemas as JavaScript text: `literals` by file, and what more than one of them holds, once, in a module of its own. */
export interface Literals {
  /** By file, an expression for each schema in it. */
  readonly byFile: ReadonlyMap<string, readonly string[]>;
  /** Text of a module that exports the shared parts. */
  readonly shared: string;
}

/** Below this a name is hardly shorter. Characters. */
const worthSharing = 48;

/** Pure. @param name what the module of shared parts is imported as */
export function literalsOf(schemas: ReadonlyMap<string, readonly unknown[]>, name: string): Literals {
  const seen = new Map<string, number>();
  for (const values of schemas.values()) for (const value of values) count(value, seen);
  // Shorter ones first: a part is defined before what holds it.
  const parts = [...seen].filter(([, times]) => times > 1).map(([text]) => text);
  parts.sort((a, b) => a.length - b.length);
  const ids = new Map(parts.map((text, index) => [text, `s${index}`]));
  const write = (value: unknown, prefix: string): string => {
    const id = isObject(value) ? ids.get(JSON.stringify(value)) : undefined;
    return id === undefined ? inside(value, prefix) : prefix + id;
  };
  const inside = (value: unknown, prefix: string): string => {
    if (Array.isArray(value)) return `[${value.map((each) => write(each, prefix)).join()}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const fields = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${write(each, prefix)}`).join()}}`;
  };
  const definitions = parts.map((text) => `export const ${ids.get(text)}=${inside(JSON.parse(text), '')};`);
  const byFile = [...schemas].map(
    ([file, values]) => [file, values.map((each) => `(${write(each, `${name}.`)})`)] as const,
  );
  return { byFile: new Map(byFile), shared: definitions.join('\n') };
}

function count(value: unknown, seen: Map<string, number>): void {
  if (!isObject(value)) return;
  const text = JSON.stringify(value);
  if (text.length >= worthSharing) {
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    // What is inside was counted with the first: it is written once, however often this is.
    if (times > 0) return;
  }
  for (const each of Object.values(value)) count(each, seen);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
