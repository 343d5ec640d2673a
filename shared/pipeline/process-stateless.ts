import type { Envelope } from '../contracts/envelope.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { observe } from './observe.ts';
import { serviceOf } from './process.ts';
import { stamp } from './stamp.ts';

export interface StatelessPorts {
  readonly bus: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
}

/**
 * parse → act → publish, for functions that own no record (deployers: the cloud is their truth). Once in effect because the
 * action is idempotent and the outgoing ids follow from the incoming one.
 */
export function processStateless(definition: Handler, event: Envelope, ports: StatelessPorts): Promise<void> {
  return observe(definition.consumer, event, ({ traceparent }) => act(definition, { event, traceparent }, ports));
}

async function act(
  definition: Handler,
  { event, traceparent }: { readonly event: Envelope; readonly traceparent: string | undefined },
  ports: StatelessPorts,
): Promise<void> {
  const message = definition.contract.parse(event);
  const now = ports.clock.now();
  const outcome = await definition.handle(message, { ...noRecords, now });
  if (outcome.writes !== undefined && outcome.writes.length > 0) {
    throw new Error(`${definition.consumer} runs without records and cannot write ${outcome.writes[0]?.key}`);
  }
  const events = stamp(outcome.events ?? [], {
    service: serviceOf(definition),
    cause: event,
    consumer: definition.consumer,
    now,
    traceparent,
  });
  if (events.length > 0) await ports.bus.publish(events);
}

const refuse = (): Promise<never> => Promise.reject(new Error('this function owns no records and no documents'));
const noRecords: Omit<HandlerContext, 'now'> = {
  records: { get: refuse, list: refuse },
  documents: { put: refuse, get: refuse },
};
