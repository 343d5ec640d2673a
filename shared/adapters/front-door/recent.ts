import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { applicationSubmitted } from '../../contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../contracts/application-withdrawn.ts';
import type { Clock } from '../../ports/clock.ts';
import { BusUnavailable, type EventBus } from '../../ports/event-bus.ts';
import { keyAttributes, reaching, recordKey, StoreUnavailable, type Item } from '../store-dynamodb/index.ts';

/** The last thing that was accepted about whether an application is to be there. */
export interface Turn {
  readonly type: string;
  readonly source: string;
  readonly id: string;
}

export interface Recent {
  /** Undefined when nothing was accepted of late. @throws StoreUnavailable */
  of(application: string): Promise<Turn | undefined>;
  /** `publish` that remembers. */
  remembering(publish: EventBus['publish']): EventBus['publish'];
}

export interface RecentOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
}

const turns: ReadonlySet<string> = new Set([applicationSubmitted.type, applicationWithdrawn.type]);
/** DynamoDB removes an item when it comes to it, hours after it has expired. */
function turnOf({ expires, type, source, id }: Item, now: number): Turn | undefined {
  if (type?.S === undefined || source?.S === undefined || id?.S === undefined) return undefined;
  return Number(expires?.N ?? 0) * 1000 <= now ? undefined : { type: type.S, source: source.S, id: id.S };
}

/** Far longer than the log and the application's owner need to learn of it. */
const keptMs = 10 * 60_000;

/**
 * What was just accepted: it is in no log and at no owner until it has gone over the bus, and what follows it shall find it all the same.
 * Written before it is accepted, so that it is there with the answer; left behind by what was then refused, it only lets through what its
 * owner refuses.
 */
export function createRecent({ client, table, clock }: RecentOptions): Recent {
  const keyOf = (application: string) => keyAttributes(recordKey('ingress', `recent/${application}`));

  async function remember(application: string, { type, source, id }: Turn): Promise<void> {
    const until = clock.now() + keptMs;
    const Item = {
      ...keyOf(application),
      kind: { S: 'recent' },
      type: { S: type },
      source: { S: source },
      id: { S: id },
      expires: { N: String(Math.ceil(until / 1000)) },
    };
    await reaching('what is recent', () => client.send(new PutItemCommand({ TableName: table, Item })));
  }

  return {
    async of(application) {
      const command = new GetItemCommand({ TableName: table, Key: keyOf(application), ConsistentRead: true });
      const { Item } = await reaching('what is recent', () => client.send(command));
      return Item === undefined ? undefined : turnOf(Item, clock.now());
    },
    remembering: (publish) => async (entries) => {
      const last = new Map(
        entries.flatMap(({ event }) =>
          turns.has(event.type) && event.subject !== undefined ? [[event.subject, event] as const] : [],
        ),
      );
      await Promise.all([...last].map(([application, event]) => remember(application, event))).catch(
        (error: unknown) => {
          if (!(error instanceof StoreUnavailable)) throw error;
          throw new BusUnavailable(error.message, { cause: error });
        },
      );
      return publish(entries);
    },
  };
}
