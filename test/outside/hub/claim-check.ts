import { randomUUID } from 'node:crypto';
import { entryBytes, entryOf } from '../../../shared/adapters/bus-eventbridge/entries.ts';
import { maximumEventBytes, type Envelope } from '../../../shared/contracts/envelope.ts';
import { eventually, same } from '../check.ts';
import type { Scene } from './dead-letters.ts';

/** Of nobody here: the log alone reads it. */
const type = 'com.example.catalogue.published';

interface Logged {
  readonly events: readonly { readonly event: Envelope & { readonly data: { readonly text: string } } }[];
}

/** The largest event that is taken is more than EventBridge takes: its body waits in the bucket, and whoever reads it sees it whole. */
export async function largeEventsArrive({ stage, hub, user, expect }: Scene): Promise<void> {
  const logged = (id: string) =>
    eventually(stage, 120, async () => {
      const { events } = await user.read<Logged>(`/v1/events?type=${type}&limit=10`);
      const found = events.find(({ event }) => event.id === id);
      if (found === undefined) throw new Error(`event ${id} is not in the log`);
      return found.event;
    });
  const publish = async (text: string): Promise<string> => {
    const id = randomUUID();
    await user.publish({ specversion: '1.0', id, type, source: '/ci', subject: 'catalogue', data: { text } });
    return id;
  };
  await expect('an event of 256 KB, more than EventBridge takes, arrives whole by way of the bucket', async () => {
    const small = JSON.stringify(await logged(await publish('')));
    const carried = ['outbox s3:PutObject', 'event-log s3:GetObject'];
    const before = carried.map(hub.calls.times);
    const text = 'x'.repeat(maximumEventBytes - Buffer.byteLength(small));
    const event = await logged(await publish(text));
    same(event.data.text === text, true, 'its text is the same');
    same(Buffer.byteLength(JSON.stringify(event)), maximumEventBytes, 'bytes');
    same(entryBytes(entryOf(event, 'homeostasis')) > 256 * 1024, true, 'EventBridge would refuse it');
    const made = carried.map((call, at) => hub.calls.times(call) - (before[at] ?? 0));
    same(made, [1, 1], 'put by the outbox, got by the log');
  });
  await expect('and one of a byte more is refused', async () => {
    const refused = await publish('x'.repeat(maximumEventBytes)).catch((error: Error) => error.message);
    same(/answered 413/.test(refused), true, `a 413: ${refused.slice(0, 200)}`);
  });
}
