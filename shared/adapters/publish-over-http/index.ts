import { CloudEvent } from 'cloudevents';
import type { Envelope } from '../../contracts/envelope.ts';
import { BusUnavailable, type EventBus } from '../../ports/event-bus.ts';

export interface Receiver {
  /** Takes CloudEvents batches, and answers 2xx once all of one are durable: `/v1/events` of the control plane. */
  readonly url: string;
  /** Bearer token; none where the network is what guards the receiver. */
  readonly token?: string | undefined;
  /** Milliseconds until it counts as silent; default 10,000. */
  readonly timeoutMs?: number;
}

/**
 * A bus's `publish` for whoever stands outside the hub: one POST with one CloudEvents batch, taken whole or not at all. The receiver
 * deduplicates by source and id, so events that are sent twice are one.
 * @throws BusUnavailable when the events were not taken or nobody answered (publish again: the command is still owed);
 * ValidationError of `cloudevents` for an event that is none, before anything is sent.
 */
export function publishOverHttp({ url, token, timeoutMs = 10_000 }: Receiver): EventBus['publish'] {
  return async (entries) => {
    const delayed = entries.find(({ dueAt }) => dueAt !== undefined);
    if (delayed !== undefined) {
      throw new Error(`${delayed.event.type} is to be delayed, which ${url} cannot do: publish it when it is due`);
    }
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: batchOf(entries.map(({ event }) => event)),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new BusUnavailable(`no answer from ${url} to a batch of ${entries.length}`, { cause: error });
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new BusUnavailable(`${url} answered ${answer.status} to a batch of ${entries.length}`);
    return entries.map(() => 'accepted');
  };
}

/**
 * Made by the CloudEvents library, which holds every event against the specification's schema on the way. It has a `binary` and a
 * `structured` form but no batch, so the array around them is ours.
 */
const batchOf = (events: readonly Envelope[]): string =>
  JSON.stringify(events.map((event) => new CloudEvent<unknown>({ ...event })));
