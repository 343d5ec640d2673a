import type { billImported } from '../../shared/contracts/bill-imported.ts';
import type { billRefused } from '../../shared/contracts/bill-refused.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { call, type Call, type Connection } from '../client.ts';
import type { LogEntry } from '../stream.ts';

export type Imported = DataOf<typeof billImported>;
export type Refused = DataOf<typeof billRefused>;

const most = 1000;

/** All that one request has caused so far, oldest first; of one type, if one is named. */
export async function causedBy(
  connection: Connection,
  correlationid: string,
  type?: string,
): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  let after: number | undefined = 0;
  do {
    const page = await pageOf(connection, { correlationid, type, after, order: 'asc', limit: most });
    all.push(...page);
    after = page.length < most ? undefined : page.at(-1)?.sequence;
  } while (after !== undefined);
  return all;
}

async function pageOf(connection: Connection, query: NonNullable<Call['query']>): Promise<readonly LogEntry[]> {
  const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
  return body.events;
}
