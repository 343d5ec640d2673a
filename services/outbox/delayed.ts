import { processBatch } from '../../shared/pipeline/batch.ts';
import type { Publication } from '../../shared/ports/event-bus.ts';
import type { OutboxPorts } from './ports.ts';

/** A record of the delay queue, as far as we read it. */
export interface DelayRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface DelayFailure<R> {
  readonly record: R;
  readonly error: unknown;
}

/**
 * Hands on what has waited: to the bus what is due, back to the queue what is not yet (the queue waits 15 minutes at most, and the
 * Scheduler puts an event there a minute before it is due).
 * @returns what failed.
 */
export async function releaseDelayed<R extends DelayRecord>(
  records: readonly R[],
  read: (body: string) => Publication,
  { send }: Pick<OutboxPorts, 'send'>,
): Promise<readonly DelayFailure<R>[]> {
  const readable: { readonly record: R; readonly publication: Publication }[] = [];
  const entries = records.map((record) => ({ id: record.messageId, value: record }));
  const unread = await processBatch(entries, (record) => {
    readable.push({ record, publication: read(record.body) });
    return Promise.resolve();
  });
  const results = readable.length === 0 ? [] : await send(readable.map(({ publication }) => publication));
  const refused = readable.map(({ record }, index) => ({ record, error: results[index] }));
  const unreadable = records.flatMap((record) =>
    unread.failed.filter(({ id }) => id === record.messageId).map(({ error }) => ({ record, error })),
  );
  return [...unreadable, ...refused.filter(({ error }) => error instanceof Error)];
}
