import type { Reader } from '../../../shared/pipeline/handler.ts';

/** Every record below a prefix, page after page. */
export async function everything<T>(records: Reader, prefix: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await records.list<T>(prefix, { limit: 500, ...(after === undefined ? {} : { after }) });
    found.push(...page.items.map(({ value }) => value));
    after = page.next;
  } while (after !== undefined);
  return found;
}
