import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Draft } from '../../shared/contracts/contract.ts';
import { call, type Connection } from '../client.ts';

/**
 * Says one thing to the control plane, in the name of whoever sits here. The time is the control plane's: of two words on one scope the
 * later holds, and clocks differ.
 * @returns the id of the event, which is the correlation of all that follows from it.
 */
export async function say(connection: Connection, { type, subject, data }: Draft): Promise<string> {
  const id = randomUUID();
  const event = { specversion: '1.0', id, source: `/people/${encodeURIComponent(own())}`, type, subject, data };
  await call(connection, {
    method: 'POST',
    path: '/v1/events',
    body: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  return id;
}

/** A container may run as somebody who has no name. */
function own(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Who said it, for those who read why a scope is out of use. */
export const byHand = (what: string): string => `${what} by ${own()} on the command line`;
