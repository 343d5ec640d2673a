import type { LogEntry, LogQuery } from '../../shared/ports/event-log.ts';
import type { IngressPorts } from './ports.ts';
import { logQuery } from './reads.ts';

const page = 100;
const heartbeatMs = 15_000;
/** Bytes that may wait for one reader. Beyond it nothing is kept for him: he is behind, and reads on from the log at his own pace. */
const waitingBytes = 256 * 1024;

/**
 * Live events as server-sent events: first what the log holds behind `after` (or `Last-Event-ID`), then what comes. `id` is the
 * sequence number, so a dropped connection resumes without gap or repeat.
 */
export function streamEvents(
  search: Readonly<Record<string, string>>,
  lastEventId: string | undefined,
  ports: Pick<IngressPorts, 'log' | 'logger'>,
): Response {
  // The order of a stream is the order of the log, and it has no end.
  const { limit: _limit, ...rest } = search;
  const query = logQuery({ ...rest, ...(lastEventId === undefined ? {} : { after: lastEventId }) });
  const reader = new StreamReader(query, ports);
  const body = new ReadableStream<Uint8Array>(
    { start: (to) => reader.start(to), pull: () => reader.readOn(), cancel: () => reader.stop() },
    new ByteLengthQueuingStrategy({ highWaterMark: waitingBytes }),
  );
  return new Response(body, { headers: streamHeaders });
}

export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
} as const;

/** An entry as an event of the stream. */
export const block = (entry: LogEntry): string =>
  `id: ${entry.sequence}\nevent: ${entry.event.type}\ndata: ${JSON.stringify(entry)}\n\n`;

/**
 * One reader's place in the log. While he keeps up, events are handed over as they are announced; when he does not, announcements
 * pass him by, and what he missed is read from the log once he has taken what waits for him.
 */
class StreamReader {
  readonly #query: LogQuery;
  readonly #ports: Pick<IngressPorts, 'log' | 'logger'>;
  #to: ReadableStreamDefaultController<Uint8Array> | undefined;
  #sent: number;
  #state: 'behind' | 'reading' | 'live' | 'ended' = 'behind';
  #missed = false;
  #release: () => void = () => {};

  constructor(query: LogQuery, ports: Pick<IngressPorts, 'log' | 'logger'>) {
    this.#query = query;
    this.#ports = ports;
    this.#sent = query.after ?? 0;
  }

  start(to: ReadableStreamDefaultController<Uint8Array>): void {
    this.#to = to;
    const unfollow = this.#ports.log.follow((entry) => this.#announced(entry));
    const beat = setInterval(() => this.#hasRoom() && this.#send(': still here\n\n'), heartbeatMs);
    this.#release = () => {
      unfollow();
      clearInterval(beat);
    };
    this.#send('retry: 1000\n\n');
  }

  /** Reads from the log until the reader has caught up, or has enough for now. */
  async readOn(): Promise<void> {
    if (this.#state !== 'behind') return;
    this.#state = 'reading';
    try {
      while (this.#hasRoom()) {
        this.#missed = false;
        const entries = await this.#ports.log.read({ ...this.#query, after: this.#sent, limit: page });
        if (this.#isEnded()) return;
        for (const entry of entries) this.#emit(entry);
        if (entries.length < page && !this.#missed) {
          this.#state = 'live';
          return;
        }
      }
      this.#state = 'behind';
    } catch (error) {
      this.#ports.logger.error('stream.failed', { message: (error as Error).message });
      this.stop();
      // The reader comes back with Last-Event-ID.
      this.#to?.error(error);
    }
  }

  stop(): void {
    this.#state = 'ended';
    this.#release();
  }

  #announced(entry: LogEntry): void {
    if (!selects(this.#query, entry)) return;
    if (this.#state === 'live' && this.#hasRoom()) return this.#emit(entry);
    this.#missed = true;
    if (this.#state === 'live') this.#state = 'behind';
  }

  #emit(entry: LogEntry): void {
    if (entry.sequence <= this.#sent) return;
    this.#sent = entry.sequence;
    this.#send(block(entry));
  }

  #send(text: string): void {
    if (!this.#isEnded()) this.#to?.enqueue(new TextEncoder().encode(text));
  }

  #hasRoom(): boolean {
    return !this.#isEnded() && (this.#to?.desiredSize ?? 0) > 0;
  }

  /** Asked anew after every wait: the reader may have gone meanwhile. */
  #isEnded(): boolean {
    return this.#state === 'ended';
  }
}

function selects(query: LogQuery, { event }: LogEntry): boolean {
  if (query.type !== undefined && event.type !== query.type) return false;
  if (query.subjectPrefix !== undefined && !(event.subject ?? '').startsWith(query.subjectPrefix)) return false;
  return query.correlationid === undefined || event.correlationid === query.correlationid;
}
