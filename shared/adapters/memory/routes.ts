import type { Envelope } from '../../contracts/envelope.ts';
import { toBusEvent } from '../../contracts/event-pattern.ts';
import { CommandAlreadyHasReader, type Subscription } from '../../ports/event-bus.ts';
import { compilePatterns, type PatternMatcher } from '../event-pattern/index.ts';

/** Who reads what: the subscriptions of this process, and the consumers an event goes to. */
export class Routes {
  readonly #subscriptions = new Map<string, Subscription>();
  #matcher: PatternMatcher | undefined;

  /**
   * @throws InvalidPattern; CommandAlreadyHasReader when two consumers would read one command. A pattern that asks for more
   * than type and cloud is compared by those two alone.
   */
  add(subscription: Subscription): void {
    const { consumer, pattern } = subscription;
    if (this.#subscriptions.has(consumer)) throw new Error(`consumer ${consumer} is subscribed already`);
    compilePatterns([{ id: consumer, pattern }]);
    for (const other of this.#subscriptions.values()) {
      refuseSecondReader(other, subscription, subscription);
      refuseSecondReader(subscription, other, subscription);
    }
    this.#subscriptions.set(consumer, subscription);
    this.#matcher = undefined;
  }

  get(consumer: string): Subscription | undefined {
    return this.#subscriptions.get(consumer);
  }

  consumers(): readonly string[] {
    return [...this.#subscriptions.keys()];
  }

  match(event: Envelope): readonly string[] {
    this.#matcher ??= compilePatterns(
      [...this.#subscriptions.values()].map(({ consumer, pattern }) => ({ id: consumer, pattern })),
    );
    return this.#matcher.match(toBusEvent(event));
  }
}

/** Whether `reader`'s pattern selects the command that `owner` is the one reader of. */
function refuseSecondReader(owner: Subscription, reader: Subscription, second: Subscription): void {
  if (owner.command === undefined) return;
  const { type, cloud } = owner.command;
  const sample = { ...probe, type, ...(cloud === undefined ? {} : { cloud }) };
  const selected = compilePatterns([{ id: 'reader', pattern: reader.pattern }]).match(toBusEvent(sample)).length > 0;
  if (!selected && !sameCommand(owner, reader)) return;
  const first = second === owner ? reader : owner;
  throw new CommandAlreadyHasReader(type, first.consumer, second.consumer);
}

/** A reader of all clouds overlaps with a reader of one, whatever the patterns say of a sample. */
function sameCommand(one: Subscription, other: Subscription): boolean {
  if (one.command?.type !== other.command?.type) return false;
  const [a, b] = [one.command?.cloud, other.command?.cloud];
  return a === undefined || b === undefined || a === b;
}

const probe: Envelope = {
  specversion: '1.0',
  id: 'probe',
  source: '/probe',
  type: 'probe',
  time: '1970-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'probe',
  data: {},
};
