import type { Page, RecordStore } from '../ports/record-store.ts';
import type { Reader } from './handler.ts';

const pageSize = 500;

/** Every record below a prefix, in key order, page after page: of many, no more are held at once than whoever reads them keeps. */
export async function* eachRecord<T>(records: Pick<Reader, 'list'>, prefix: string): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const from: { readonly after?: string } = after === undefined ? {} : { after };
    const page: Page<T> = await records.list<T>(prefix, { limit: pageSize, ...from });
    for (const { value } of page.items) yield value;
    after = page.next;
  } while (after !== undefined);
}

/** The same, at once. */
export async function listAll<T>(records: Pick<Reader, 'list'>, prefix: string): Promise<T[]> {
  const found: T[] = [];
  for await (const each of eachRecord<T>(records, prefix)) found.push(each);
  return found;
}

/** For reads outside a handler: nothing is going to be written, so no version needs to be remembered. */
export function readOnly(records: RecordStore): Reader {
  return {
    get: async <T>(key: string) => (await records.get<T>(key))?.value,
    list: <T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }) =>
      records.list<T>(prefix, page),
  };
}
