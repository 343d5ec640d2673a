/** A table's own entry: text from the wire may be `constructor` or `__proto__`, which every object answers to. */
export const lookup = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
