import { CloudEvent } from 'cloudevents';
import type { Envelope } from '../../contracts/envelope.ts';
import { BusUnavailable, type EventBus } from '../../ports/event-bus.ts';
import type { TokenSource } from '../federation/token.ts';

export interface Receiver {
  /** Takes CloudEvents batches, and answers 2xx once all of one are durable: `/v1/events` of the control plane. */
  readonly url: string;
  /** Bearer tokens; none where the network is what guards the receiver. */
  readonly tokens?: TokenSource | undefined;
  /** Milliseconds until it counts as silent; default 10,000. */
  readonly timeoutMs?: number;
}

/**
 * A bus's `publish` for whoever stands outside the hub: one POST with one CloudEvents batch, taken whole or not at all. The receiver
 * deduplicates by source and id, so events that are sent twice are one. A token that is refused is forgotten, and another tried once.
 * @throws BusUnavailable when the events were not taken or nobody answered (publish again: the command is still owed);
 * ValidationError of `cloudevents` for an event that is none, before anything is sent; whatever the token source throws.
 */
export function publishOverHttp(receiver: Receiver): EventBus['publish'] {
  const { url } = receiver;
  return async (entries) => {
    const delayed = entries.find(({ dueAt }) => dueAt !== undefined);
    if (delayed !== undefined) {
      throw new Error(`${delayed.event.type} is to be delayed, which ${url} cannot do: publish it when it is due`);
    }
    const status = await sendTrusted(receiver, batchOf(entries.map(({ event }) => event)));
    if (status < 200 || status > 299) throw new BusUnavailable(notTaken(url, status, entries.length));
    return entries.map(() => 'accepted');
  };
}

async function sendTrusted(receiver: Receiver, body: string): Promise<number> {
  const { tokens } = receiver;
  if (tokens === undefined) return send(receiver, body, undefined);
  const token = await tokens.get();
  const status = await send(receiver, body, token);
  if (status !== 401 && status !== 403) return status;
  tokens.forget(token);
  const fresh = await tokens.get();
  return fresh === token ? status : send(receiver, body, fresh);
}

async function send({ url, timeoutMs = 10_000 }: Receiver, body: string, token: string | undefined): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
    // Followed, a redirect would carry the events where nobody meant them to go.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new BusUnavailable(`no answer from ${url}`, { cause: error });
  });
  await answer.body?.cancel();
  return answer.status;
}

function notTaken(url: string, status: number, count: number): string {
  const said = `${url} answered ${status} to a batch of ${count}`;
  if (status === 401) return `${said}: it does not trust the token; compare issuer and audience with those of the hub`;
  if (status === 403) return `${said}: the identity lacks the permission to report`;
  return said;
}

/**
 * Made by the CloudEvents library, which holds every event against the specification's schema on the way. It has a `binary` and a
 * `structured` form but no batch, so the array around them is ours.
 */
const batchOf = (events: readonly Envelope[]): string =>
  JSON.stringify(events.map((event) => new CloudEvent<unknown>({ ...event })));
