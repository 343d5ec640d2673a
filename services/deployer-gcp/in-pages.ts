import type { Caller } from './caller.ts';

/** What a list method of a Google client gives when it does not page by itself: the items, and what to ask for next. */
type Answer<T> = Promise<readonly [T[], { readonly pageToken?: string | null } | null, ...unknown[]]> & {
  cancel?: () => void;
};

/**
 * Reads a list to its end. Each page has the time, and the second try, of one call: the library's own paging would give all pages
 * together no more than that.
 */
export async function inPages<T>(
  run: Caller,
  doing: string,
  ask: (page: { readonly pageToken?: string }) => Answer<T>,
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const page: { readonly pageToken?: string } = token === '' ? {} : { pageToken: token };
    const [found, next] = await run(doing, () => whole(ask(page)));
    items.push(...found);
    token = next?.pageToken || undefined;
  }
  return items;
}

/** The caller hands on the first part of an answer; here it is all of it. */
function whole<T>(answer: Answer<T>) {
  const cancel = answer.cancel?.bind(answer);
  const wrapped = answer.then((parts) => [parts] as const);
  return cancel === undefined ? wrapped : Object.assign(wrapped, { cancel });
}
