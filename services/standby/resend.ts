import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { mustBeSent, readCopy, type Copy } from './copy.ts';
import type { Item, ItemKey } from './item.ts';

/** An event's envelope, as far as it is read here. */
export interface Event {
  readonly source: string;
  readonly id: string;
  readonly time: string;
}

export interface Mark {
  readonly consumer: string;
  readonly source: string;
  readonly id: string;
}

export interface ResendPorts<E extends Event> {
  /** Copies of what the other hub said and accepted, page by page. */
  copies(): AsyncIterable<readonly Item[]>;
  /** JSON of the events that were accepted while the other region was silent; undefined for what is gone again. */
  journal(): AsyncIterable<string | undefined>;
  parse(json: string): E;
  /** Consumers of an event: `service/name`. */
  consumersOf(event: E): readonly string[];
  /** Whether it keeps marks. */
  keepsMarks(consumer: string): boolean;
  /** Which of these are there. */
  marked(marks: readonly Mark[]): Promise<ReadonlySet<Mark>>;
  /** Into our outbox, in place of the copy. @returns false when this hub is not the active one any more. */
  send(event: E, more: { readonly dueAt?: number; readonly copy?: ItemKey }): Promise<boolean>;
  /** What everybody has handled. */
  drop(copies: readonly ItemKey[]): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often a hub that is active looks for more: accepted events of the other one may arrive late. */
export const againMs = 60_000;

interface Pending<E> {
  readonly event: E;
  readonly dueAt?: number;
  readonly copy?: ItemKey;
}

/** Sends again what was underway in the other hub, a page at a time between two looks at the lease. */
export function createResend<E extends Event>(ports: ResendPorts<E>) {
  const { clock, logger } = ports;
  let pages: AsyncIterator<readonly Pending<E>[]> | undefined;
  let journalOf: number | undefined;
  let restUntil = 0;
  let sent = 0;

  async function* all(tenure: number): AsyncGenerator<readonly Pending<E>[]> {
    for await (const page of ports.copies()) yield page.flatMap((item) => pendingOf(item, ports));
    if (journalOf === tenure) return;
    for await (const json of ports.journal()) if (json !== undefined) yield eventIn(json, ports);
    journalOf = tenure;
  }

  /** @returns whether it came to the end. */
  async function goOn(until: number, left: AsyncIterator<readonly Pending<E>[]>): Promise<boolean> {
    for (;;) {
      const { done, value } = await left.next();
      if (done === true) return true;
      const page = await sendPage(value, ports);
      sent += page.sent;
      if (!page.active) throw new Error('this hub is not the active one any more');
      if (clock.now() >= until) return false;
    }
  }

  return {
    /**
     * Goes on until `until` or until there is nothing left for now. What failed is asked for again from the beginning.
     * @returns whether everything was gone through, the other cloud's journal too.
     */
    async slice(tenure: number, until: number): Promise<boolean> {
      if (pages === undefined && clock.now() < restUntil && journalOf === tenure) return true;
      pages ??= all(tenure);
      try {
        if (!(await goOn(until, pages))) return false;
      } catch (error) {
        pages = undefined;
        throw error;
      }
      pages = undefined;
      restUntil = clock.now() + againMs;
      if (sent > 0) logger.warn('lease.sent-again', { events: sent, tenure });
      sent = 0;
      return true;
    },
  };
}

function pendingOf<E extends Event>(item: Item, ports: ResendPorts<E>): readonly Pending<E>[] {
  const copy: Copy | undefined = readCopy(item);
  if (copy === undefined) return [];
  const { key, dueAt } = copy;
  return eventIn(copy.event, ports).map(({ event }) => ({
    event,
    copy: key,
    ...(dueAt === undefined ? {} : { dueAt }),
  }));
}

function eventIn<E extends Event>(json: string, { parse, logger }: ResendPorts<E>): readonly { readonly event: E }[] {
  try {
    return [{ event: parse(json) }];
  } catch (error) {
    // It stays where it is, for people; its neighbours are sent.
    logger.error('lease.unreadable-copy', { error: String(error) });
    return [];
  }
}

async function sendPage<E extends Event>(
  page: readonly Pending<E>[],
  ports: ResendPorts<E>,
): Promise<{ readonly sent: number; readonly active: boolean }> {
  const asked = page.map((pending) => {
    const { source, id } = pending.event;
    const consumers = ports.consumersOf(pending.event);
    const marks = consumers.filter(ports.keepsMarks).map((consumer): Mark => ({ consumer, source, id }));
    return { pending, marks, markless: consumers.length - marks.length };
  });
  const found = await ports.marked(asked.flatMap(({ marks }) => marks));
  const now = ports.clock.now();
  const done: ItemKey[] = [];
  let sent = 0;
  for (const { pending, marks, markless } of asked) {
    const { event, ...more } = pending;
    const marked = marks.filter((mark) => found.has(mark)).length;
    const facts = { marking: marks.length, marked, markless, time: Date.parse(event.time), now };
    if (mustBeSent({ ...facts, ...(more.dueAt === undefined ? {} : { dueAt: more.dueAt }) })) {
      if (!(await ports.send(event, more))) return { sent, active: false };
      sent += 1;
    } else if (more.copy !== undefined) {
      done.push(more.copy);
    }
  }
  await ports.drop(done);
  return { sent, active: true };
}
