import { call, connect, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, paint, print } from '../output.ts';
import { followEvents, type LogEntry } from '../stream.ts';

interface EventsOptions extends ConnectionOptions {
  readonly follow?: boolean;
  readonly type?: string;
  readonly subject?: string;
  readonly correlation?: string;
  readonly after?: string;
  readonly before?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `homeostasis events [--follow | --before <sequence>]`: the last of what happened, the newest at the end. */
export async function events(options: EventsOptions): Promise<void> {
  const connection = connect(options);
  const limit = wholeNumber(options.limit, '--limit', 1, 1000);
  const filter = { type: fullType(options.type), subject: options.subject, correlationid: options.correlation };
  const show = (entry: LogEntry): void => print(options.json ? JSON.stringify(entry) : line(entry));
  const { after: from, before } = rangeOf(options);
  // Without a starting point: the latest, but printed in the order in which they happened.
  const start = from === undefined ? { order: 'desc' } : { after: from, order: 'asc' };
  const query = { ...filter, limit, before, ...start };
  const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
  const page = from === undefined ? body.events.toReversed() : body.events;
  page.forEach(show);
  if (page.length === 0 && options.follow !== true) note('no such events in the log');
  if (options.follow !== true) return;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const after = page.at(-1)?.sequence ?? from ?? 0;
  for await (const entry of followEvents(connection, { ...filter, after }, stop.signal)) show(entry);
}

/** A type as the listing shows it, `rollout.completed`, is one of ours, said shortly; what has a domain in front is said in full. */
function fullType(type: string | undefined): string | undefined {
  return type !== undefined && /^[a-z]+\.[a-z-]+$/.test(type) ? `dev.homeostasis.${type}.v1` : type;
}

function rangeOf({ after, before, follow }: EventsOptions) {
  if (before !== undefined && follow === true) {
    throw new CliError(exitCode.badInput, '--before looks back and --follow ahead: leave one of them out');
  }
  return {
    after: after === undefined ? undefined : wholeNumber(after, '--after', 0),
    before: before === undefined ? undefined : wholeNumber(before, '--before', 1),
  };
}

function line({ sequence, event, consumers }: LogEntry): string {
  const type = event.type.replace(/^dev\.homeostasis\./, '').replace(/\.v1$/, '');
  const unread =
    consumers === 0 && !event.type.startsWith('dev.homeostasis.') ? paint('yellow', ' (nobody reads this type)') : '';
  return `${paint('dim', String(sequence).padStart(6))}  ${event.time}  ${type.padEnd(24)} ${event.subject ?? ''}${unread}`;
}
