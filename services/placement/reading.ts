import type { Reader } from '../../shared/pipeline/handler.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';

/** Every record below a prefix, page after page. */
export async function listAll<T>(records: Reader, prefix: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await records.list<T>(prefix, { limit: 500, ...(after === undefined ? {} : { after }) });
    found.push(...page.items.map(({ value }) => value));
    after = page.next;
  } while (after !== undefined);
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
