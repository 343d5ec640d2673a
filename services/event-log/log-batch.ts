import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { PublishResult } from '../../shared/ports/event-bus.ts';

export interface LogPorts {
  /** The event in a message's body. */
  receive(body: string): Promise<Envelope>;
  /** Enters events in the log, each once. */
  append(events: readonly Envelope[]): Promise<readonly PublishResult[]>;
}

export interface NotLogged<R> {
  readonly record: R;
  readonly error: unknown;
  /** Absent when there is none in the record. */
  readonly event?: Envelope;
}

/**
 * Enters what a batch of messages carries, together. What is no event fails alone; and when the log refuses the batch for good, each
 * event is tried by itself, so that the one it refuses does not take its neighbours along.
 * @returns the records that are not in the log, and why
 */
export async function logBatch<R extends { readonly body: string }>(
  records: readonly R[],
  { receive, append }: LogPorts,
): Promise<readonly NotLogged<R>[]> {
  const failures: NotLogged<R>[] = [];
  const received: { readonly record: R; readonly event: Envelope }[] = [];
  for (const record of records) {
    try {
      received.push({ record, event: await receive(record.body) });
    } catch (error) {
      failures.push({ record, error });
    }
  }
  if (received.length === 0) return failures;
  try {
    await append(received.map(({ event }) => event));
  } catch (error) {
    if (!isTerminal(error) || received.length === 1) {
      return [...failures, ...received.map((each) => ({ ...each, error }))];
    }
    for (const { record } of received) failures.push(...(await logBatch([record], { receive, append })));
  }
  return failures;
}

function isTerminal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'terminal' in error && error.terminal === true;
}
