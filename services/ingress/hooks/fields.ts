/** Reading of JSON that somebody else made: what is not as expected is absent, never a failure. */
export type Fields = Readonly<Record<string, unknown>>;
export type Labels = Readonly<Record<string, string>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {});
export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** Everything that would end up on a terminal or between the lines of a log as something else than text. */
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** One line of clean text; undefined for nothing and for what is no scalar. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const clean = value.toWellFormed().replace(control, ' ').trim();
  return clean === '' ? undefined : clean;
}

/** The first of them that says something. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textIn(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Of an object, what is text. A name keeps its dots and slashes: people map by the names they see at the sender. */
export function labelsIn(value: unknown, prefix = ''): Labels {
  return Object.fromEntries(
    Object.entries(fieldsIn(value)).flatMap(([name, each]) => {
      const [key, text] = [textIn(name), textIn(each)];
      return key === undefined || text === undefined ? [] : [[`${prefix}${key}`, text]];
    }),
  );
}

/** An object without what is undefined: absent and undefined are two things to whoever reads it. */
export function present<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** `[{ name, value }]`, as Azure and SNS spell dimensions. */
export function pairsIn(value: unknown): Labels {
  return Object.fromEntries(
    listIn(value).flatMap((each) => {
      const { name, value: of } = fieldsIn(each);
      const [key, text] = [textIn(name), textIn(of)];
      return key === undefined || text === undefined ? [] : [[key, text]];
    }),
  );
}

/** Nothing that is watched began to fail before this; Go's zero time (year 1) and the epoch mean "not said". */
const earliest = Date.parse('2000-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59Z');

/** RFC 3339 in UTC, or undefined where no time is said. */
export function timeIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 64 || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return undefined;
  // CloudWatch writes offsets without a colon (+0000).
  return instant(Date.parse(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')));
}

/** From epoch seconds, as a number or in digits. */
export function secondsIn(value: unknown): string | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' ? instant(seconds * 1000) : undefined;
}

function instant(epochMs: number): string | undefined {
  if (!Number.isFinite(epochMs) || epochMs < earliest || epochMs > latest) return undefined;
  return new Date(epochMs).toISOString();
}
