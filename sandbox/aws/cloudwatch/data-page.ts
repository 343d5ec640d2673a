import { refuse } from './errors.ts';

export interface Point {
  readonly at: number;
  readonly value: number;
}

/** Points of every result, in the order in which they are told. */
type Results = readonly (readonly Point[])[];

/** Where the next page begins: after the point of that time of that query, or at the query's first. */
interface Cursor {
  readonly query: number;
  readonly after?: number;
}

/** Every result, with what of it is on this page. */
export interface DataPage {
  readonly results: readonly { readonly points: readonly Point[]; readonly complete: boolean }[];
  readonly nextToken?: string;
}

export interface DataPageRequest {
  readonly limit: number;
  readonly token: string | undefined;
  readonly ascending: boolean;
  /** Of everything else in the request: a token is only good for the request that it continues. */
  readonly fingerprint: string;
}

function decode({ token, fingerprint }: DataPageRequest): Cursor {
  if (token === undefined) return { query: 0 };
  const [print, query, after] = Buffer.from(token, 'base64url').toString().split(' ');
  if (print !== fingerprint || !/^\d+$/.test(query ?? '') || (after !== undefined && !/^\d+$/.test(after))) {
    throw refuse('InvalidNextToken', 'The value for parameter NextToken is invalid, or belongs to another request.');
  }
  return { query: Number(query), ...(after === undefined ? {} : { after: Number(after) }) };
}

const encode = (fingerprint: string, { query, after }: Cursor) =>
  Buffer.from([fingerprint, query, ...(after === undefined ? [] : [after])].join(' ')).toString('base64url');

/** What is still to tell of each result. By time, not by count: between two pages points come and expire. */
function remaining(results: Results, { query, after }: Cursor, ascending: boolean): Results {
  return results.map((points, index) => {
    if (index < query) return [];
    if (index > query || after === undefined) return points;
    return points.filter(({ at }) => (ascending ? at > after : at < after));
  });
}

/** @throws InvalidNextToken for a token that was not issued for this request. */
export function pageOf(results: Results, request: DataPageRequest): DataPage {
  const left = remaining(results, decode(request), request.ascending);
  let room = request.limit;
  let next: Cursor | undefined;
  const page = left.map((points, query) => {
    const shown = points.slice(0, room);
    room -= shown.length;
    const complete = shown.length === points.length;
    const last = shown.at(-1);
    if (!complete) next ??= last === undefined ? { query } : { query, after: last.at };
    return { points: shown, complete };
  });
  return { results: page, ...(next === undefined ? {} : { nextToken: encode(request.fingerprint, next) }) };
}
