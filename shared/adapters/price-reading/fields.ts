/** Reading of answers whose shape is promised by nobody. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `2026-11-01` of a time; today where there is none. */
export function dayOf(time: unknown, today: string): string {
  const day = textOf(time).slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : today;
}

/** A few at a time: price lists are in no hurry, and throttle. */
export async function inTurns<T, R>(all: readonly T[], each: (item: T) => Promise<R>, width = 4): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < all.length; at += width) {
    done.push(...(await Promise.all(all.slice(at, at + width).map(each))));
  }
  return done;
}
