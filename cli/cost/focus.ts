import { call, type Connection } from '../client.ts';
import { csv } from './csv.ts';

interface Exported {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly next?: string;
}

/** Our estimates of a month as FOCUS 1.2: all pages, one file. */
export async function focusOf(connection: Connection, month: string | undefined): Promise<string> {
  const rows: Exported['rows'][number][] = [];
  let columns: readonly string[] = [];
  let after: string | undefined;
  do {
    const { body } = await call<Exported>(connection, { path: '/v1/cost/export', query: { month, after } });
    columns = body.columns;
    rows.push(...body.rows);
    after = body.next;
  } while (after !== undefined);
  return csv(columns, rows);
}
