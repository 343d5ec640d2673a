import { invalidArgument } from './status.ts';

interface Sequenced {
  readonly sequence: number;
}

export interface PageRequest {
  readonly pageSize?: number;
  readonly pageToken?: string;
}

const defaultPageSize = 100;
const largestPageSize = 1000;

function badToken(token: string): Error {
  const text = `Invalid page token: '${token}'. A page token must come from the previous page of the same list.`;
  return invalidArgument([{ field: 'page_token', description: text }], text);
}

/** A token names the list and the last item seen, so that items which come and go between pages neither repeat nor hide others. */
function readToken(list: string, token: string): number {
  const [of, after] = Buffer.from(token, 'base64url').toString().split('#');
  if (of !== list || !/^\d+$/.test(after ?? '')) throw badToken(token);
  return Number(after);
}

/** One page of items that are sorted from the newest to the oldest. */
export function page<Item extends Sequenced>(
  list: string,
  items: readonly Item[],
  request: PageRequest,
): { readonly items: readonly Item[]; readonly nextPageToken?: string } {
  const size = request.pageSize ?? 0;
  if (size < 0) throw invalidArgument([{ field: 'page_size', description: 'must not be negative' }]);
  const limit = Math.min(size === 0 ? defaultPageSize : size, largestPageSize);
  const after = request.pageToken ? readToken(list, request.pageToken) : Number.POSITIVE_INFINITY;
  const rest = items.filter((item) => item.sequence < after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  if (rest.length <= limit || last === undefined) return { items: shown };
  return { items: shown, nextPageToken: Buffer.from(`${list}#${last.sequence}`).toString('base64url') };
}
