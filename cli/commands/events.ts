import { call, connect, type ConnectionOptions } from '../client.ts';
import { wholeNumber } from '../input.ts';
import { paint, print } from '../output.ts';
import { followEvents, type LogEntry } from '../stream.ts';

interface EventsOptions extends ConnectionOptions {
  readonly follow?: boolean;
  readonly type?: string;
  readonly subject?: string;
  readonly correlation?: string;
  readonly after?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `homeostasis events [--follow]` */
export async function events(options: EventsOptions): Promise<void> {
  const connection = connect(options);
  const limit = wholeNumber(options.limit, '--limit', 1, 1000);
  const filter = { type: options.type, subject: options.subject, correlationid: options.correlation };
  const show = (entry: LogEntry): void => print(options.json ? JSON.stringify(entry) : line(entry));
  const from = options.after === undefined ? undefined : wholeNumber(options.after, '--after', 0);
  // Without a starting point: the latest, but printed in the order in which they happened.
  const query = { ...filter, limit, ...(from === undefined ? { reverse: true } : { after: from }) };
  const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
  const page = from === undefined ? body.events.toReversed() : body.events;
  page.forEach(show);
  if (options.follow !== true) return;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const after = page.at(-1)?.sequence ?? from ?? 0;
  for await (const entry of followEvents(connection, { ...filter, after }, stop.signal)) show(entry);
}

function line({ sequence, event, consumers }: LogEntry): string {
  const type = event.type.replace(/^dev\.homeostasis\./, '').replace(/\.v1$/, '');
  const unread =
    consumers === 0 && !event.type.startsWith('dev.homeostasis.') ? paint('yellow', ' (nobody reads this type)') : '';
  return `${paint('dim', String(sequence).padStart(6))}  ${event.time}  ${type.padEnd(24)} ${event.subject ?? ''}${unread}`;
}
