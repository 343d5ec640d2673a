import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../shared/ports/event-log.ts';
import { open, refusalOf, type Connection } from './client.ts';
import { CliError, exitCode } from './exit.ts';

export type { LogEntry };

/**
 * Follows the control plane's event stream, reconnecting behind the last event seen, until the signal ends it. Nothing is
 * missed or repeated over a reconnect: the stream's ids are log sequence numbers.
 */
export async function* followEvents(
  connection: Connection,
  query: Readonly<Record<string, string | number | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  let after = query['after'] === undefined ? undefined : Number(query['after']);
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const entry of oneConnection(
        connection,
        { ...query, after },
        { signal, opened: () => (failures = 0), reached: (sequence) => (after = sequence) },
      )) {
        after = entry.sequence;
        yield entry;
      }
    } catch (error) {
      if (!signal.aborted && isFinal(error, failures)) throw error;
    }
    failures += 1;
    // A restart of the control plane takes a moment; the loop ends with the signal or after ten fruitless tries.
    await sleep(Math.min(2000, 100 * 2 ** failures), undefined, { signal }).catch(() => {});
  }
}

function isFinal(error: unknown, failures: number): boolean {
  // What the server failed at, it may do the next time; what it refuses, it refuses again.
  return error instanceof CliError && (error.code === exitCode.badInput || failures >= 10);
}

interface Reading {
  readonly signal: AbortSignal;
  readonly opened: () => void;
  /** Told how far the log was looked through, where nothing was found: a poll that ends without events says so. */
  readonly reached: (sequence: number) => void;
}

async function* oneConnection(
  connection: Connection,
  query: Readonly<Record<string, string | number | undefined>>,
  { signal, opened, reached }: Reading,
): AsyncGenerator<LogEntry> {
  const what = { path: '/v1/events/stream', query };
  const response = await open(connection, what, signal);
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
  if (response.statusCode !== 200 || !isStream) throw await refusalOf(response, connection, what);
  opened();
  response.setEncoding('utf8');
  // The request's own signal counts only until its answer has begun.
  const end = (): void => void response.destroy();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    yield* entries(response as AsyncIterable<string>, reached);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function* entries(chunks: AsyncIterable<string>, reached: Reading['reached']): AsyncGenerator<LogEntry> {
  let buffer = '';
  for await (const chunk of chunks) {
    buffer += chunk;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice(6))
        .join('\n');
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      if (data !== '') yield JSON.parse(data) as LogEntry;
      else if (id !== undefined) reached(Number(id));
    }
  }
}
