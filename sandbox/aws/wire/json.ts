/** An answer on its way out, whatever the protocol. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

// The JSON protocols carry times as epoch seconds, and `JSON.stringify` turns a Date into text before a replacer could see it.
function prepare(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (value instanceof Map) return prepare(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(prepare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, prepare(item)]));
}

export const toJson = (value: object) => JSON.stringify(prepare(value));
