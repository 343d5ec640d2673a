/** A value as SQL text. A file name, a tag or a column name is data: it reaches SQL through here or as a bound parameter, never else. */
export function literal(value: string): string {
  if (value.includes('\0')) throw new RangeError('text with a NUL character cannot be asked for');
  return `'${value.replaceAll("'", "''")}'`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path where the engine would read a pattern: `[`, `*` and `?` stand for themselves. */
export const exactPath = (path: string): string => literal(withoutPattern(path));
export const withoutPattern = (path: string): string => path.replaceAll(/[[*?]/g, (each) => `[${each}]`);

export const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
