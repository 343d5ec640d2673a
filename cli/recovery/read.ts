import { find, type Connection } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';

type Query = Readonly<Record<string, string | undefined>>;

/**
 * Every page of a list.
 * @param name its path, whose last part is the field that holds the items
 * @throws CliError when this control plane has no such list.
 */
export async function readAll<T>(connection: Connection, name: string, query: Query = {}): Promise<T[]> {
  const items = await readIfThere<T>(connection, name, query);
  if (items !== undefined) return items;
  throw new CliError(exitCode.failed, `this control plane does not know of ${name}: it is older than this command`);
}

/** The same; undefined where there is no such list. */
export async function readIfThere<T>(
  connection: Connection,
  name: string,
  query: Query = {},
): Promise<T[] | undefined> {
  const items: T[] = [];
  const field = name.slice(name.lastIndexOf('/') + 1);
  let after: string | undefined;
  do {
    const page = await find<Readonly<Record<string, unknown>>>(connection, {
      path: `/v1/${name}`,
      query: { ...query, after },
    });
    if (page === undefined) return undefined;
    items.push(...(page[field] as readonly T[]));
    after = page['next'] as string | undefined;
  } while (after !== undefined);
  return items;
}
