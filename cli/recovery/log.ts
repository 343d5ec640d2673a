import { call, type Connection } from '../client.ts';
import type { LogEntry } from '../stream.ts';

/** The newest event of that type about that subject, if it came behind `after`. */
export async function newestOf(
  connection: Connection,
  { type, subject, after = 0 }: { readonly type: string; readonly subject: string; readonly after?: number },
): Promise<LogEntry | undefined> {
  const query = { type, subject, reverse: 'true', limit: 20 };
  const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
  // The log finds subjects that begin so.
  return body.events.find(({ sequence, event }) => event.subject === subject && sequence > after);
}
