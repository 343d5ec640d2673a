import type { EventLog } from '../../shared/ports/event-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Subscription } from '../../shared/ports/event-bus.ts';
import { receiveEvent } from '../../shared/adapters/bus-eventbridge/index.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { depthOf, type HubBus } from './hub-bus.ts';
import { pollQueue } from './hub-poller.ts';

/**
 * Everything that goes over the bus, as a rule that selects every event brings it to a queue. What the log makes of it is the log
 * adapter's own suite; here, the memory log keeps it.
 */
export async function logBus(hub: HubBus, clock: Clock) {
  await hub.provision('log', { 'detail-type': [{ exists: true }] });
  const { queueUrl } = hub.queueOf('log');
  delete hub.queues['log'];
  const memory = createMemoryRuntime({ clock, random: () => 0.5 });
  const polling = pollQueue(hub.sqs, queueUrl, async (event) => {
    for (const { body } of (event as { Records: { body: string }[] }).Records) {
      await memory.bus.publish([
        { event: await receiveEvent(body, { documents: memory.documents, now: clock.now() }) },
      ]);
    }
    return { batchItemFailures: [] };
  });
  const log: EventLog = {
    ...memory.log,
    async read(query) {
      // The log is behind the bus: what was published before the question is waited for.
      while ((await depthOf(hub.sqs, queueUrl)) > 0);
      return memory.log.read(query);
    },
  };
  return {
    log,
    records: memory.records,
    documents: memory.documents,
    subscribe: (subscription: Subscription) => memory.bus.subscribe(subscription),
    stop: () => polling.stop(),
  };
}
