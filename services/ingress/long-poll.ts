import type { LogEntry, LogQuery } from '../../shared/ports/event-log.ts';
import type { IngressPorts, Polling } from './ports.ts';
import { logQuery } from './reads.ts';
import { block, streamHeaders } from './stream.ts';

const page = 100;
/** What an answer may hold: API Gateway takes 10 MB from a function, and Lambda gives it 6. */
const answerBytes = 2 * 1024 * 1024;
/** The reader comes back after this long. Milliseconds. */
const retry = 'retry: 250\n\n';

/**
 * The event stream where nothing can be streamed: an answer that ends with the first events behind `after` (or `Last-Event-ID`), or
 * after a while without. It is a valid stream of server-sent events that breaks off, so that a reader who comes back, as every one
 * does, misses and repeats nothing.
 */
export async function pollEvents(
  search: Readonly<Record<string, string>>,
  lastEventId: string | undefined,
  { log, clock, holdMs, everyMs, wait }: Pick<IngressPorts, 'log' | 'clock'> & Polling,
): Promise<Response> {
  const { limit: _limit, ...rest } = search;
  const query = logQuery({ ...rest, ...(lastEventId === undefined ? {} : { after: lastEventId }) });
  const until = clock.now() + holdMs;
  for (let after = query.after ?? 0; ;) {
    const { entries, seen } = await look({ ...query, after }, log);
    if (entries.length > 0) return answer(blocksOf(entries));
    // Looked through, and nothing of it was asked for: nobody needs to look there again, and neither does the reader's next question.
    after = seen;
    if (clock.now() + everyMs > until) return answer(`: nothing yet\nid: ${after}\n\n`);
    await wait(everyMs);
  }
}

/** The newest number is asked for first: what is entered after that is for the next look. */
async function look(
  query: LogQuery & { readonly after: number },
  log: IngressPorts['log'],
): Promise<{ readonly entries: readonly LogEntry[]; readonly seen: number }> {
  const { after } = query;
  const [newest] = await log.read({ after, reverse: true, limit: 1 });
  if (newest === undefined) return { entries: [], seen: after };
  const entries = await log.read({ ...query, before: newest.sequence + 1, limit: page });
  return { entries, seen: newest.sequence };
}

/** At least one, however large. */
function blocksOf(entries: readonly LogEntry[]): string {
  let text = '';
  for (const entry of entries) {
    const next = block(entry);
    if (text !== '' && Buffer.byteLength(text) + Buffer.byteLength(next) > answerBytes) break;
    text += next;
  }
  return text;
}

const answer = (blocks: string): Response => new Response(`${retry}${blocks}`, { headers: streamHeaders });
