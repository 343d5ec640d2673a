import { hash } from 'node:crypto';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InvalidEvent, parseEnvelope, type Envelope } from '../../contracts/envelope.ts';
import { toTime, type Clock } from '../../ports/clock.ts';
import type { Publication } from '../../ports/event-bus.ts';
import { systemTimer } from '../memory/timer.ts';
import { parseJson } from './claim-check.ts';
import { chunksOf } from './entries.ts';
import { refusedEntry, type Refusal } from './refusal.ts';
import { publishRetry, sendAll, type Patience } from './send-all.ts';

/** An event that is not due yet. */
export interface Delayed {
  readonly event: Envelope;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

/** Keeps events until they are due. One answer for each, in order: undefined when it is kept durably. */
export type Delay = (entries: readonly Delayed[]) => Promise<readonly (Error | undefined)[]>;

export interface DelayOptions extends Partial<Patience> {
  readonly clock: Clock;
  /** Standard queue, read by the function that puts on the bus what is due. */
  readonly queueUrl: string;
  readonly queueArn: string;
  /** What the Scheduler assumes to send to that queue. */
  readonly schedulerRoleArn: string;
  readonly scheduleGroup: string;
  readonly sqs?: SQSClient;
  readonly scheduler?: SchedulerClient;
}

/** Source: SQS quotas, "Message delay". */
export const longestQueueDelayMs = 15 * 60_000;
/** EventBridge Scheduler invokes within a minute of the time asked for: asked that much sooner, the queue waits out the rest. */
const schedulerPrecisionMs = 60_000;

/**
 * Due within 15 minutes: a message with a delay. Later: a one-time schedule that puts the message into the same queue a minute
 * before; whoever reads the queue delays it again for what is left. Delivered no sooner than due, and about a second later.
 * A schedule's name follows from the event's source and id: asked for twice, there is one.
 */
export function createDelay(options: DelayOptions): Delay {
  const { clock, queueUrl, sqs = new SQSClient({}), scheduler = new SchedulerClient({}) } = options;
  const patience: Patience = {
    retry: options.retry ?? publishRetry,
    timer: options.timer ?? systemTimer,
    random: options.random ?? Math.random,
  };

  async function sendBatch(entries: readonly Delayed[]): Promise<readonly (Refusal | undefined)[]> {
    const now = clock.now();
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.map((entry, index) => ({
          Id: String(index),
          MessageBody: delayedBody(entry),
          DelaySeconds: delaySeconds(entry.dueAt, now),
        })),
      }),
    );
    const failed = new Map(Failed.map(({ Id, Code, Message }) => [Id, refusedEntry(Code, Message)]));
    return entries.map((_, index) => failed.get(String(index)));
  }

  async function schedule(entries: readonly Delayed[]): Promise<readonly (Refusal | undefined)[]> {
    for (const entry of entries) {
      await scheduler.send(new CreateScheduleCommand(scheduleOf(entry, options))).catch(unlessThere);
    }
    return entries.map(() => undefined);
  }

  return async (entries) => {
    const answers = new Map<Delayed, Error | undefined>();
    const run = async (chunk: readonly Delayed[], to: string, send: typeof sendBatch) => {
      const results = await sendAll(chunk, { to, send }, patience);
      chunk.forEach((entry, index) => answers.set(entry, results[index]));
    };
    const now = clock.now();
    const soon = entries.filter(({ dueAt }) => dueAt - now <= longestQueueDelayMs);
    const bytesOf = (entry: Delayed) => Buffer.byteLength(delayedBody(entry));
    for (const chunk of chunksOf(soon, bytesOf)) await run(chunk, 'the delay queue', sendBatch);
    const far = entries.filter((entry) => !answers.has(entry));
    for (const entry of far) await run([entry], `schedule group ${options.scheduleGroup}`, schedule);
    return entries.map((entry) => answers.get(entry));
  };
}

/** Whole seconds, rounded up: delivered no sooner than due. */
export function delaySeconds(dueAt: number, now: number): number {
  return Math.min(longestQueueDelayMs / 1000, Math.max(0, Math.ceil((dueAt - now) / 1000)));
}

/** Body of a message in the delay queue. */
export const delayedBody = ({ event, dueAt }: Delayed): string => JSON.stringify({ dueAt, event });

/** Reads `delayedBody`. A body left out for its size stays out: it travels on by reference. @throws InvalidEvent */
export function readDelayed(body: string, now: number): Publication {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || !('event' in value) || !('dueAt' in value)) {
    throw new InvalidEvent('(body)', 'must be {"dueAt", "event"}: the delay queue is for the bus alone');
  }
  if (typeof value.dueAt !== 'number') throw new InvalidEvent('dueAt', 'must be milliseconds since the epoch');
  return { event: parseEnvelope(value.event, { time: toTime(now) }), dueAt: value.dueAt };
}

export function scheduleOf(
  entry: Delayed,
  { scheduleGroup, queueArn, schedulerRoleArn }: Pick<DelayOptions, 'scheduleGroup' | 'queueArn' | 'schedulerRoleArn'>,
): CreateScheduleCommand['input'] {
  const Name = scheduleName(entry.event);
  return {
    Name,
    ClientToken: Name,
    GroupName: scheduleGroup,
    // The form is at(yyyy-mm-ddThh:mm:ss), in the time zone beside it: whole seconds, no fraction, no offset.
    ScheduleExpression: `at(${toTime(entry.dueAt - schedulerPrecisionMs).slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: queueArn, RoleArn: schedulerRoleArn, Input: delayedBody(entry) },
  };
}

/** 64 characters at most, letters, digits, `-`, `_`, `.`: a hash of what tells events apart. */
export function scheduleName({ source, id }: Pick<Envelope, 'source' | 'id'>): string {
  return hash('sha256', `${source}\n${id}`, 'hex');
}

function unlessThere(error: unknown): void {
  // Made by an earlier try whose answer was lost, or by the sweep.
  if (!(error instanceof Error) || error.name !== 'ConflictException') throw error;
}
