import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { maximumEventBytes, type Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import {
  BusUnavailable,
  EventTooLarge,
  type EventBus,
  type Publication,
  type PublishResult,
} from '../../ports/event-bus.ts';
import { systemTimer } from '../memory/timer.ts';
import { checkIn } from './claim-check.ts';
import type { Delay } from './delay.ts';
import { chunksOf, entryBytes, entryOf } from './entries.ts';
import { refusedEntry } from './refusal.ts';
import { publishRetry, sendAll, type Patience } from './send-all.ts';

export interface PublisherOptions extends Partial<Patience> {
  /** Name or ARN. */
  readonly eventBus: string;
  readonly clock: Clock;
  readonly client?: EventBridgeClient;
  /** Takes bodies that EventBridge would not; without it, such an event is EventTooLarge. */
  readonly documents?: DocumentStore;
  /** Keeps what is not due yet; without it, a delayed event is a TypeError: this function was never meant to send one. */
  readonly delay?: Delay;
  /** Largest event in JSON; the default is what every adapter promises. More makes sense only with `documents`. */
  readonly maximumBytes?: number;
}

/** What became of one entry. An error: BusUnavailable (send it again), or a terminal one (EventRefused, EventTooLarge). */
export type Sent = PublishResult | Error;

/** One result per entry, in order; never throws for an entry. */
export type Send = (entries: readonly Publication[]) => Promise<readonly Sent[]>;

/**
 * Publishes to EventBridge, through the claim check and the delay where they are needed.
 *
 * `duplicate` is told only of an event that stands twice in one call: EventBridge keeps no record of what it has seen. A second
 * publication is delivered a second time and the consumers' processed marks make it harmless. Who must know (ingress) commits the
 * event with a mark in its record store, and the outbox publishes it.
 *
 * When a request keeps failing, no later one is sent, so that order holds; what was sent before it stays sent.
 * @throws EventTooLarge before anything is stored; EventRefused; BusUnavailable.
 * @example const publish = createPublisher({ eventBus: 'homeostasis', clock, documents });
 */
export function createPublisher(options: PublisherOptions): EventBus['publish'] {
  const { maximumBytes = maximumEventBytes } = options;
  const send = createSender(options);
  return async (entries) => {
    for (const { event } of entries) refuseLarge(event, maximumBytes);
    const results = await send(entries);
    return results.map((result) => {
      if (result instanceof Error) throw result;
      return result;
    });
  };
}

/** Like `createPublisher`, for whoever can do something with a result per entry: the outbox. */
export function createSender(options: PublisherOptions): Send {
  const { eventBus, clock, client = new EventBridgeClient({}), documents, delay } = options;
  const patience: Patience = {
    retry: options.retry ?? publishRetry,
    timer: options.timer ?? systemTimer,
    random: options.random ?? Math.random,
  };

  async function put(entries: readonly PutEventsRequestEntry[]) {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
    return entries.map((_, index) => {
      const { EventId, ErrorCode, ErrorMessage } = Entries[index] ?? {};
      return EventId === undefined ? refusedEntry(ErrorCode, ErrorMessage) : undefined;
    });
  }

  async function putInOrder(events: readonly Envelope[]): Promise<readonly (Error | undefined)[]> {
    const answers: (Error | undefined)[] = [];
    const call = { to: `event bus ${eventBus}`, send: put };
    const entries = events.map((event) => entryOf(event, eventBus));
    for (const chunk of chunksOf(entries, entryBytes)) {
      const unavailable = answers.find((answer) => answer instanceof BusUnavailable);
      answers.push(
        ...(unavailable === undefined ? await sendAll(chunk, call, patience) : chunk.map(() => unavailable)),
      );
    }
    return answers;
  }

  async function hold(entries: Parameters<Delay>[0]): Promise<readonly (Error | undefined)[]> {
    if (entries.length === 0) return [];
    if (delay !== undefined) return delay(entries);
    throw new TypeError(`${entries[0]?.event.type} is delayed, and this publisher was made without a delay`);
  }

  return async (entries) => {
    const results: Sent[] = repeats(entries).map((repeated) => (repeated ? 'duplicate' : 'accepted'));
    const now: [number, Envelope][] = [];
    const later: [number, { event: Envelope; dueAt: number }][] = [];
    for (const [index, { event, dueAt = 0 }] of entries.entries()) {
      if (results[index] === 'duplicate') continue;
      const light = await stow(event, documents);
      if (light instanceof Error) results[index] = light;
      else if (dueAt <= clock.now()) now.push([index, light]);
      else later.push([index, { event: light, dueAt }]);
    }
    const put = await putInOrder(now.map(([, event]) => event));
    now.forEach(([index], at) => (results[index] = put[at] ?? 'accepted'));
    const held = await hold(later.map(([, entry]) => entry));
    later.forEach(([index], at) => (results[index] = held[at] ?? 'accepted'));
    return results;
  };
}

/** Which of the entries stand in the call a second time. */
function repeats(entries: readonly Publication[]): boolean[] {
  const seen = new Set<string>();
  return entries.map(({ event: { source, id } }) => {
    const before = seen.size;
    return seen.add(`${source}\n${id}`).size === before;
  });
}

async function stow(event: Envelope, documents: DocumentStore | undefined): Promise<Envelope | Error> {
  try {
    return await checkIn(event, documents);
  } catch (cause) {
    if (cause instanceof EventTooLarge) return cause;
    return new BusUnavailable(`the document store did not take the body of event ${event.id}`, { cause });
  }
}

function refuseLarge(event: Envelope, maximum: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > maximum) throw new EventTooLarge(event.type, bytes, maximum);
}
