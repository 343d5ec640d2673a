import { CloudEvent } from 'cloudevents';
import type { Envelope } from '../../contracts/envelope.ts';
import { BusUnavailable, type EventBus } from '../../ports/event-bus.ts';
import type { TokenSource } from '../federation/token.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import { mostEventsUnderLease } from '../store-dynamodb/request-limits.ts';
import { pauseMs, type Patience } from './again.ts';

export interface Receiver {
  /** Takes CloudEvents batches, and answers 2xx once all of one are durable: `/v1/events` of the control plane. */
  readonly url: string;
  /** Bearer tokens; none where the network is what guards the receiver. */
  readonly tokens?: TokenSource | undefined;
  /** Milliseconds until it counts as silent; default 10,000. */
  readonly timeoutMs?: number;
  /** How long a receiver that has too much to do, or stands by, is waited for; default 8 s in four attempts. */
  readonly patience?: Partial<Patience>;
  readonly timer?: Timer;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}

/** What may be sent in one request: the hub's limit, less what names and marks take beside the events. */
const mostBytes = 3 * 1024 * 1024;

/**
 * A bus's `publish` for whoever stands outside the hub: a POST with a CloudEvents batch for as many events as the hub takes at once, each
 * batch taken whole or not at all. The receiver deduplicates by source and id, so events that are sent twice are one. A token that is
 * refused is forgotten, and another tried once; a receiver that says "not now" (429, 503) is asked again for a while.
 * @throws BusUnavailable when the events were not all taken or nobody answered (publish again: the command is still owed);
 * ValidationError of `cloudevents` for an event that is none, before anything is sent; whatever the token source throws.
 */
export function publishOverHttp(receiver: Receiver): EventBus['publish'] {
  const { url } = receiver;
  return async (entries) => {
    const delayed = entries.find(({ dueAt }) => dueAt !== undefined);
    if (delayed !== undefined) {
      throw new Error(`${delayed.event.type} is to be delayed, which ${url} cannot do: publish it when it is due`);
    }
    for (const batch of batchesOf(entries.map(({ event }) => event))) {
      const { status } = await sendPatiently(receiver, `[${batch.join(',')}]`);
      if (status < 200 || status > 299) throw new BusUnavailable(notTaken(url, status, batch.length));
    }
    return entries.map(() => 'accepted');
  };
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
}

async function sendPatiently(receiver: Receiver, body: string): Promise<Answer> {
  const { patience, timer = systemTimer, now = Date.now, random = Math.random } = receiver;
  const started = now();
  for (let attempt = 1; ; attempt++) {
    const answer = await sendTrusted(receiver, body);
    const waited = now() - started;
    const ms = pauseMs(answer, { attempt, waited }, { ...patience, now: now(), random });
    if (ms === undefined) return answer;
    await new Promise<void>((resolve) => timer.set(resolve, ms));
  }
}

async function sendTrusted(receiver: Receiver, body: string): Promise<Answer> {
  const { tokens } = receiver;
  if (tokens === undefined) return send(receiver, body, undefined);
  const token = await tokens.get();
  const answer = await send(receiver, body, token);
  if (answer.status !== 401 && answer.status !== 403) return answer;
  tokens.forget(token);
  const fresh = await tokens.get();
  return fresh === token ? answer : send(receiver, body, fresh);
}

async function send({ url, timeoutMs = 10_000 }: Receiver, body: string, token: string | undefined): Promise<Answer> {
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
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
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
function batchesOf(events: readonly Envelope[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const text of events.map((event) => JSON.stringify(new CloudEvent<unknown>({ ...event })))) {
    const size = Buffer.byteLength(text);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === mostEventsUnderLease || bytes + size > mostBytes) {
      batches.push([text]);
      bytes = size;
    } else {
      batch.push(text);
      bytes += size;
    }
  }
  return batches;
}
