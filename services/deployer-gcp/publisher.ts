import { counted } from '../../shared/domain/counted.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';

export interface Relay {
  /** Takes CloudEvents over HTTPS and answers 2xx once they are durable. */
  readonly url: string;
  /** Bearer token. */
  readonly token: string;
  /** Milliseconds until it counts as silent. */
  readonly timeoutMs: number;
}

/**
 * Sends a deployer's reports to the hub as one CloudEvents batch.
 * @throws Error when they were not taken: the command that caused them is then delivered again, and says the same.
 */
export function createPublisher({ url, token, timeoutMs }: Relay): EventBus['publish'] {
  return async (entries) => {
    const delayed = entries.find(({ dueAt }) => dueAt !== undefined);
    if (delayed !== undefined) throw new Error(`${delayed.event.type} is to be delayed, which a relay cannot do`);
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(entries.map(({ event }) => event)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (!answer.ok)
      throw new Error(`${url} answered ${answer.status} to ${counted(entries.length, 'report')}: they are still owed`);
    return entries.map(() => 'accepted' as const);
  };
}
