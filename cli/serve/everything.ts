import type { QueryRoute } from '../../shared/ports/http.ts';

/** Pages are followed up to here: a scrape must end. */
const mostPages = 400;

interface Page {
  readonly next?: string;
  readonly [list: string]: unknown;
}

/** An answer that is no list. @throws Error as below. */
export async function one<T>(routes: readonly QueryRoute[], path: string): Promise<T> {
  return (await asked(routes, path, {})) as T;
}

/** A list, read through a service's own read endpoint, page after page. @throws Error when no service has it, or it does not answer. */
export async function everything<T>(routes: readonly QueryRoute[], path: string, list: string): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { [list]: items = [], next } = (await asked(routes, path, after === undefined ? {} : { after })) as Page;
    found.push(...(items as T[]));
    if (next === undefined) return found;
    after = next;
  }
  return found;
}

async function asked(
  routes: readonly QueryRoute[],
  path: string,
  search: { readonly after?: string },
): Promise<unknown> {
  const route = routes.find((each) => each.method === 'GET' && each.path === path);
  if (route === undefined) throw new Error(`no service answers GET ${path}`);
  const { status, body } = await route.answer({ params: {}, search });
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
  return body;
}
