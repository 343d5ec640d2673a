import type { JsonSchema } from './json-schema.ts';
import { closest, describeValue, type Finding, type Path } from './problem.ts';

/** Alternatives with a shape that one word tells apart, `kind` or `type`. */
export interface ToldApart {
  readonly key: string;
  /** By what stands there. */
  readonly options: ReadonlyMap<string, JsonSchema>;
}

/** @returns undefined for alternatives that no word tells apart */
export function toldApart(options: readonly JsonSchema[]): ToldApart | undefined {
  const wordAt = (option: JsonSchema, key: string): unknown => option.properties?.[key]?.const;
  const key = Object.keys(options[0]?.properties ?? {}).find((each) =>
    options.every((option) => typeof wordAt(option, each) === 'string' && option.required?.includes(each) === true),
  );
  if (key === undefined) return undefined;
  const named = new Map(options.map((option) => [String(wordAt(option, key)), option]));
  return named.size === options.length ? { key, options: named } : undefined;
}

/** The word is missing, or is none of them: all else would be judged by a shape that was not meant. */
export function wrongWord({ key, options }: ToldApart, word: unknown, path: Path): Finding {
  const allowed = [...options.keys()];
  const at = { path: [...path, key], allowed };
  if (word === undefined) return { ...at, message: 'is missing' };
  const suggestion = typeof word === 'string' ? closest(word, allowed) : undefined;
  return { ...at, message: `found ${describeValue(word)}`, found: word, ...(suggestion && { suggestion }) };
}
