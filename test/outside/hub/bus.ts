import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { credentials } from '../moto-clients.ts';
import type { Hub } from './hub.ts';
import { region } from './synthesise.ts';

export interface Said {
  readonly id?: string;
  readonly type: string;
  /** A service of the hub's. */
  readonly by: string;
  readonly subject: string;
  readonly time?: string;
  readonly data: unknown;
}

/** Straight onto the bus, as a service of the hub's would have it said: ingress takes no such thing from outside. */
export async function sayInside({ moto }: Pick<Hub, 'moto'>, { id = randomUUID(), by, ...said }: Said): Promise<void> {
  const client = new EventBridgeClient({ endpoint: moto, region, credentials });
  const source = `/homeostasis/${by}`;
  const time = new Date().toISOString();
  const own = { specversion: '1.0', id, source, time, correlationid: id, datacontenttype: 'application/json' };
  const Detail = JSON.stringify({ ...own, ...said });
  const entry = { EventBusName: 'homeostasis', Source: source, DetailType: said.type, Detail };
  try {
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) throw new Error(`moto's bus did not take ${said.type}`);
  } finally {
    client.destroy();
  }
}
