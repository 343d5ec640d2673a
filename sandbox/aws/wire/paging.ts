import { invalidParameter } from './errors.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly token: string | undefined;
}

/**
 * A page that starts after the item the token names, not at an offset: items that come and go between two pages then neither
 * repeat nor hide others. Items must be sorted by `keyOf`.
 *
 * @throws InvalidParameterException for a token the sandbox did not issue.
 */
export function paginate<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, token }: PageRequest,
): Page<Item> {
  const after = token === undefined ? '' : decode(token);
  const rest = items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return last !== undefined && rest.length > page.length
    ? { items: page, nextToken: encode(keyOf(last)) }
    : { items: page };
}

const prefix = 'after:';
const encode = (key: string) => Buffer.from(prefix + key).toString('base64url');

function decode(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (!key.startsWith(prefix)) throw invalidParameter('Invalid token provided.');
  return key.slice(prefix.length);
}
