import type { DeadLetter } from '../shared/ports/event-log.ts';
import { call, type Connection } from './client.ts';

const most = 1000;

/** What could not be handled of all that one request has caused. */
export async function deadLettersOf(connection: Connection, correlationid: string): Promise<readonly DeadLetter[]> {
  const path = '/v1/dead-letters';
  const { body } = await call<{ readonly deadLetters: readonly DeadLetter[] }>(connection, {
    path,
    query: { limit: most },
  });
  return body.deadLetters.filter(({ event }) => event.correlationid === correlationid);
}
