import { counted } from '../../shared/domain/counted.ts';
import { BusUnavailable, type EventBus } from '../../shared/ports/event-bus.ts';

/**
 * Publishes by CloudEvents over HTTP, batched: how a function outside the hub gives its reports back. The receiver deduplicates by
 * source and id, so that a report that was sent twice is one.
 * @throws BusUnavailable unless the receiver said it has the events: the command is then handled again.
 */
export function postReports(url: string, token: string | undefined, timeoutMs = 10_000): EventBus['publish'] {
  return async (entries) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(entries.map(({ event }) => event)),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new BusUnavailable(`no answer from ${url} to ${counted(entries.length, 'report')}`, { cause: error });
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new BusUnavailable(`${url} answered ${response.status} to ${counted(entries.length, 'report')}`);
    return entries.map(() => 'accepted');
  };
}
