import type { LogEntry } from '../../shared/ports/event-log.ts';
import { logQuery } from './reads.ts';
import type { IngressPorts } from './ports.ts';

/** A reader that falls further behind than this is cut off; it reconnects with Last-Event-ID and misses nothing. */
const largestBacklog = 10_000;
const heartbeatMs = 15_000;

/**
 * Live events as server-sent events: first what the log holds behind `after` (or `Last-Event-ID`), then what comes. `id` is the
 * sequence number, so a dropped connection resumes without gap or repeat.
 */
export function streamEvents(
  search: Readonly<Record<string, string>>,
  lastEventId: string | undefined,
  { log }: IngressPorts,
): Response {
  const query = logQuery({ ...search, ...(lastEventId === undefined ? {} : { after: lastEventId }) });
  let close = (): void => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      const waiting: LogEntry[] = [];
      let caughtUp = false;
      let sent = query.after ?? 0;
      const emit = (entry: LogEntry): void => {
        if (entry.sequence <= sent) return;
        sent = entry.sequence;
        send(`id: ${entry.sequence}\nevent: ${entry.event.type}\ndata: ${JSON.stringify(entry)}\n\n`);
      };
      const stop = log.follow((entry) => {
        if (!wanted(entry, query)) return;
        if (!caughtUp) waiting.push(entry);
        else emit(entry);
        if (waiting.length > largestBacklog || (controller.desiredSize ?? 0) < -largestBacklog) close();
      });
      const beat = setInterval(() => send(': still here\n\n'), heartbeatMs);
      close = () => {
        stop();
        clearInterval(beat);
        try {
          controller.close();
        } catch {
          // Already closed by the reader.
        }
      };
      send('retry: 1000\n\n');
      void (async () => {
        for (;;) {
          const page = await log.read({ ...query, after: sent, limit: 500 });
          page.forEach(emit);
          if (page.length < 500) break;
        }
        caughtUp = true;
        waiting.splice(0).forEach(emit);
      })().catch((error: unknown) => controller.error(error));
    },
    cancel: () => close(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function wanted({ event }: LogEntry, query: ReturnType<typeof logQuery>): boolean {
  if (query.type !== undefined && event.type !== query.type) return false;
  if (query.subjectPrefix !== undefined && !(event.subject ?? '').startsWith(query.subjectPrefix)) return false;
  return query.correlationid === undefined || event.correlationid === query.correlationid;
}
