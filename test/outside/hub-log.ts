import type { EventLog } from '../../shared/ports/event-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Subscription } from '../../shared/ports/event-bus.ts';
import { receiveEvent } from '../../shared/adapters/bus-eventbridge/index.ts';
import { replayToQueues } from '../../shared/adapters/front-door/replay-to-queues.ts';
import { appendToLog, createDynamoLog, routesOf, type LogRoutes } from '../../shared/adapters/log-dynamodb/index.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { createDynamoStore } from '../../shared/adapters/store-dynamodb/index.ts';
import { depthOf, type HubBus } from './hub-bus.ts';
import { pollQueue } from './hub-poller.ts';
import { createTable, dynamoAt } from './moto-clients.ts';

export interface LogOptions {
  readonly endpoint: string;
  readonly clock: Clock;
  /** Name of a consumer's queue. */
  readonly nameOf: (consumer: string) => string;
}

/** Everything that goes over the bus, as a rule that selects every event brings it to a queue, and the hub's log that is written from it. */
export async function logBus(hub: HubBus, { endpoint, clock, nameOf }: LogOptions) {
  await hub.provision('log', { 'detail-type': [{ exists: true }] });
  const { queueUrl } = hub.queueOf('log');
  delete hub.queues['log'];
  const client = dynamoAt(endpoint);
  const table = await createTable(client);
  const { documents } = createMemoryRuntime({ clock, random: () => 0.5 });
  const subscribed: Subscription[] = [];
  const routes: LogRoutes = {
    consumers: () => routesOf(subscribed).consumers(),
    match: (event) => routesOf(subscribed).match(event),
  };
  const polling = pollQueue(hub.sqs, queueUrl, async (batch) => {
    const { Records } = batch as { readonly Records: readonly { readonly body: string }[] };
    const events = await Promise.all(Records.map(({ body }) => receiveEvent(body, { documents, now: clock.now() })));
    await appendToLog(events, { client, table, consumersOf: (event) => routes.match(event).length });
    return { batchItemFailures: [] };
  });
  const own = createDynamoLog({
    ...{ client, table, routes },
    // Here each consumer is a function of its own.
    replayTo: (consumer, events) =>
      replayToQueues(hub.sqs, { [functionOf(consumer)]: hub.queueOf(nameOf(consumer)) })(consumer, events),
  });
  const log: EventLog = {
    ...own,
    async read(query) {
      // The log is behind the bus: what was published before the question is waited for.
      while ((await depthOf(hub.sqs, queueUrl)) > 0);
      return own.read(query);
    },
  };
  return {
    log,
    records: createDynamoStore({ client, table, owner: 'test', clock }),
    documents,
    subscribe: (subscription: Subscription) => void subscribed.push(subscription),
    stop: async () => {
      await polling.stop();
      client.destroy();
    },
  };
}

const functionOf = (consumer: string): string => consumer.slice(0, consumer.indexOf('/'));
