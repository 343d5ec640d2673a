import { ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { InvalidEvent, type Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { defaultRetry, type Subscription } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import { attribute, type FunctionQueue } from '../dead-letters-sqs/message.ts';
import { verdict } from '../memory/backoff.ts';
import type { Timer } from '../memory/timer.ts';
import { checkOut, readEvent } from './claim-check.ts';
import { pause } from './send-all.ts';
import { Settlement } from './settle.ts';

export interface ReaderSurroundings {
  readonly sqs: SQSClient;
  readonly documents?: DocumentStore;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: () => number;
  readonly logger: Logger;
  /** Long poll; `stop` takes up to so long. */
  readonly waitSeconds: number;
  /** A message is hidden so long at a time, and again before that is over, while its handler runs. */
  readonly hiddenSeconds: number;
  /** Consumers of this queue that the event goes to. */
  readersOf(event: Envelope): readonly Subscription[];
}

const afterFailedPollMs = 1_000;

/** Reads one function's queue and hands its messages out: events of one subject one after another. */
export class QueueReader {
  readonly #with: ReaderSurroundings;
  readonly #queue: FunctionQueue;
  readonly #settlement: Settlement;
  /** Last of what is under way or waits, by subject. */
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #underWay = new Set<Promise<void>>();
  #concurrency = 0;
  #reading: Promise<void> | undefined;
  #stopping = false;

  constructor(queue: FunctionQueue, surroundings: ReaderSurroundings) {
    this.#queue = queue;
    this.#with = surroundings;
    this.#settlement = new Settlement(surroundings.sqs, queue, surroundings);
  }

  /** One queue serves all consumers of a function: the largest wish counts. */
  allow(concurrency: number): void {
    this.#concurrency = Math.max(this.#concurrency, concurrency);
  }

  start(): void {
    this.#stopping = false;
    this.#reading ??= this.#read();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#reading;
    this.#reading = undefined;
    await Promise.all(this.#underWay);
  }

  async #read(): Promise<void> {
    while (!this.#stopping) {
      const room = this.#concurrency - this.#underWay.size;
      if (room <= 0) {
        await Promise.race(this.#underWay);
        continue;
      }
      for (const message of await this.#receive(Math.min(10, room))) this.#take(message);
    }
  }

  async #receive(most: number): Promise<readonly Message[]> {
    const { sqs, waitSeconds, hiddenSeconds, logger, timer } = this.#with;
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queue.queueUrl,
          MaxNumberOfMessages: most,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: hiddenSeconds,
          MessageAttributeNames: ['consumer'],
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      return Messages;
    } catch (error) {
      logger.warn('bus.poll-failed', { queue: this.#queue.queueUrl, error: String(error) });
      await pause(timer, afterFailedPollMs);
      return [];
    }
  }

  #take(message: Message): void {
    const subject = subjectOf(message, this.#with.clock.now());
    const before = subject === undefined ? undefined : this.#lanes.get(subject);
    const end = this.#keepHidden(message);
    const run = (before ?? Promise.resolve())
      .then(() => this.#handle(message))
      // Not settled: it becomes visible by itself and is handled again.
      .catch((error: unknown) => this.#with.logger.error('bus.settle-failed', { error: String(error) }))
      .finally(() => {
        end();
        this.#underWay.delete(run);
        if (subject !== undefined && this.#lanes.get(subject) === run) this.#lanes.delete(subject);
      });
    this.#underWay.add(run);
    if (subject !== undefined) this.#lanes.set(subject, run);
  }

  async #handle(message: Message): Promise<void> {
    // Received by the poll that was under way when it stopped, or still behind another of its subject.
    if (this.#stopping) return this.#settlement.hide(message, 0);
    const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    let reader: Subscription | undefined;
    try {
      for (reader of this.#readers(message)) {
        const { documents, clock } = this.#with;
        const event = await checkOut(readEvent(message.Body ?? '', clock.now()), documents);
        await reader.deliver(event, { consumer: reader.consumer, attempt });
      }
    } catch (error) {
      return this.#failed(message, { error, attempt, reader });
    }
    await this.#settlement.acknowledge(message);
  }

  /** A redriven message names the one consumer that failed. @throws InvalidEvent */
  #readers(message: Message): readonly Subscription[] {
    const event = readEvent(message.Body ?? '', this.#with.clock.now());
    const named = attribute(message, 'consumer');
    const readers = this.#with.readersOf(event).filter(({ consumer }) => named === undefined || consumer === named);
    if (readers.length > 0) return readers;
    throw new InvalidEvent('type', `is "${event.type}", which no consumer of this queue reads`);
  }

  async #failed(
    message: Message,
    { error, attempt, reader }: { error: unknown; attempt: number; reader: Subscription | undefined },
  ): Promise<void> {
    const { random, logger } = this.#with;
    const consumer = reader?.consumer ?? this.#queue.queueUrl.slice(this.#queue.queueUrl.lastIndexOf('/') + 1);
    const decided = verdict(error, attempt, { policy: { ...defaultRetry, ...reader?.retry }, random });
    if (decided.kind === 'dead') return this.#settlement.bury(message, consumer, { error, attempts: attempt });
    logger.info('bus.retry', {
      consumer,
      messageId: message.MessageId,
      attempt,
      afterMs: decided.afterMs,
      error: String(error),
    });
    await this.#settlement.hide(message, decided.afterMs);
  }

  /** While it waits for its turn or its handler runs, nobody else may get it. */
  #keepHidden(message: Message): () => void {
    const { timer, hiddenSeconds, logger } = this.#with;
    let cancel = (): void => {};
    const renew = (): void => {
      cancel = timer.set(() => {
        renew();
        this.#settlement.hide(message, hiddenSeconds * 1000).catch((error: unknown) => {
          logger.warn('bus.hide-failed', { messageId: message.MessageId, error: String(error) });
        });
      }, hiddenSeconds * 500);
    };
    renew();
    return () => cancel();
  }
}

/** Undefined for what is no event: it is refused when its turn comes, and keeps nobody waiting. */
function subjectOf({ Body = '' }: Message, now: number): string | undefined {
  try {
    return readEvent(Body, now).subject;
  } catch {
    return undefined;
  }
}
