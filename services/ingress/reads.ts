import { UnknownConsumer, type LogQuery } from '../../shared/ports/event-log.ts';
import { meant } from './meant.ts';
import type { IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';

type Search = Readonly<Record<string, string>>;

const largestPage = 1000;

/**
 * Events of the log, oldest first; newest first with `order=desc` (or `reverse=true`, or only `before`). `next` goes on in the same
 * direction: as `after` where the oldest come first, as `before` where the newest do.
 */
export async function readEvents(search: Search, { log }: IngressPorts): Promise<unknown> {
  const reverse = newestFirst(search);
  const before = search['before'] === undefined ? {} : { before: integer(search, 'before', anySequence, 0) };
  const entries = await log.read({ ...logQuery(search), ...before, reverse });
  const next = entries.at(-1)?.sequence;
  return { events: entries, ...(next === undefined ? {} : { next }) };
}

const anySequence = [0, Number.MAX_SAFE_INTEGER] as const;

/** What reading and following have in common. */
export function logQuery(search: Search): LogQuery {
  return {
    after: integer(search, 'after', anySequence, 0),
    limit: integer(search, 'limit', [1, largestPage], 100),
    ...(search['type'] === undefined ? {} : { type: search['type'] }),
    ...(search['subject'] === undefined ? {} : { subjectPrefix: search['subject'] }),
    ...(search['correlationid'] === undefined ? {} : { correlationid: search['correlationid'] }),
  };
}

function newestFirst(search: Search): boolean {
  const { order, reverse, before } = search;
  if (order !== undefined && order !== 'asc' && order !== 'desc') throw invalid('order', 'must be asc or desc');
  if (reverse !== undefined && reverse !== 'true' && reverse !== 'false') {
    throw invalid('reverse', 'must be true or false');
  }
  if (order !== undefined) return order === 'desc';
  // Who asks for what was before something wants what was just before it.
  return reverse === undefined ? before !== undefined : reverse === 'true';
}

export async function readDeadLetters(search: Search, { deadLetters }: IngressPorts): Promise<unknown> {
  const limit = integer(search, 'limit', [1, largestPage], 100);
  return {
    deadLetters: await deadLetters.list({
      limit,
      ...(search['after'] === undefined ? {} : { after: search['after'] }),
    }),
  };
}

export async function redrive(body: unknown, { deadLetters }: IngressPorts): Promise<unknown> {
  const ids = (body as { readonly ids?: unknown } | undefined)?.ids;
  if (ids === 'all') return { redriven: await deadLetters.redrive('all') };
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
    throw invalid('ids', 'must be a list of dead-letter ids, or "all"');
  }
  return { redriven: await deadLetters.redrive(ids) };
}

export async function replay(body: unknown, { log }: IngressPorts): Promise<unknown> {
  const { consumer, after, until } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof consumer !== 'string' || consumer === '') {
    throw invalid('consumer', 'is required, for example monitor/on-deployment-reported');
  }
  if (!isSequence(after)) throw invalid('after', 'must be a sequence number, 0 or more');
  if (until !== undefined && !isSequence(until)) throw invalid('until', 'must be a sequence number, 0 or more');
  const request = { consumer, after, ...(until === undefined ? {} : { until }) };
  return { replayed: await log.replay(request).catch(unknownConsumer) };
}

function unknownConsumer(error: unknown): never {
  if (!(error instanceof UnknownConsumer)) throw error;
  const { message, consumer, known } = error;
  throw new ProblemError(404, 'Not Found', `${message}; ${meant(consumer, known, 'consumers')}`);
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function integer(search: Search, field: string, [least, most]: readonly [number, number], fallback: number): number {
  const text = search[field];
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value) || value < least || value > most) {
    throw invalid(field, `must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function invalid(field: string, detail: string): ProblemError {
  return new ProblemError(422, 'Invalid request', `${field} ${detail}`, [{ field, detail: `${field} ${detail}` }]);
}
