import * as Type from 'typebox';
import { describe, expect, it, vi } from 'vitest';
import { defineCommand, defineEvent } from '../../contracts/contract.ts';
import { parseEnvelope } from '../../contracts/envelope.ts';
import { handler, nothing } from '../../pipeline/handler.ts';
import { createQueueFunction, type Failure } from './queue-function.ts';

const happened = defineEvent({
  name: 'test.happened',
  summary: 'a test',
  data: Type.Object({}),
  subject: () => 'test',
});
const told = defineCommand({ name: 'test.told', summary: 'a test', data: Type.Object({}), subject: () => 'test' });
const handlers = [
  handler({ consumer: 'test/on-test-happened', contract: happened, handle: () => Promise.resolve(nothing) }),
  handler({ consumer: 'test/on-test-told', contract: told, cloud: 'aws', handle: () => Promise.resolve(nothing) }),
];

const time = '2026-11-21T08:00:00Z';
const bodyOf = (id: string, change: object = {}) =>
  JSON.stringify({ specversion: '1.0', id, source: '/test', type: happened.type, time, data: {}, ...change });
const record = (messageId: string, body = bodyOf(messageId)) => ({ messageId, body });

/** `run` behaves by the event's id. */
function setup(behave: Readonly<Record<string, () => Promise<void>>> = {}, comesAgain = true) {
  const ran: string[] = [];
  const failures: Failure[] = [];
  const lambda = createQueueFunction({
    handlers,
    receive: (body) => Promise.resolve(body).then((text) => parseEnvelope(JSON.parse(text), { time })),
    run: async ({ consumer }, { id }) => {
      ran.push(`${id} ${consumer}`);
      await behave[id]?.();
    },
    failed: (failure) => {
      failures.push(failure);
      return Promise.resolve(comesAgain);
    },
  });
  const again = async (records: readonly object[], leftMs?: () => number) => {
    const context = leftMs === undefined ? undefined : { getRemainingTimeInMillis: leftMs };
    const { batchItemFailures } = await lambda({ Records: records }, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { lambda, again, ran, failures };
}

const refuse = (message: string) => () => Promise.reject(new Error(message));

describe('a function that reads a queue', () => {
  it('hands each event to the handler of its type, in order', async () => {
    const { again, ran } = setup();
    const command = record('b', bodyOf('b', { type: told.type, cloud: 'aws' }));
    expect(await again([record('a'), command, record('c')])).toEqual([]);
    expect(ran).toEqual(['a test/on-test-happened', 'b test/on-test-told', 'c test/on-test-happened']);
  });

  it('gives back what failed, and says what and whose it was', async () => {
    const { again, ran, failures } = setup({ b: refuse('busy') });
    expect(await again([record('a'), record('b'), record('c')])).toEqual(['b']);
    expect(ran).toHaveLength(3);
    expect(failures).toMatchObject([
      { record: record('b'), consumer: 'test/on-test-happened', event: { id: 'b' }, error: new Error('busy') },
    ]);
  });

  it('gives back nothing that was put aside', async () => {
    expect(await setup({ b: refuse('never') }, false).again([record('a'), record('b')])).toEqual([]);
  });

  it.each([
    ['no JSON', '{', undefined, 'SyntaxError'],
    ['a type nobody reads', bodyOf('x', { type: 'other' }), 'x', 'InvalidEvent'],
    ['another cloud’s command', bodyOf('x', { type: told.type, cloud: 'gcp' }), 'x', 'InvalidEvent'],
  ])('fails for %s without running anything', async (_, body, id, name) => {
    const { again, ran, failures } = setup();
    expect(await again([record('m', body), record('n')])).toEqual(['m']);
    expect(ran).toEqual(['n test/on-test-happened']);
    const found = failures.map(({ event, consumer, error }) => [event?.id, consumer, (error as Error).name]);
    expect(found).toEqual([[id, undefined, name]]);
  });

  it('begins nothing when the time is short, and says so while there is time to', async () => {
    const { again, ran, failures } = setup();
    const left = [10_000, 2_999, 2_000, 1_000];
    const records = ['a', 'b', 'c', 'd'].map((id) => record(id));
    expect(await again(records, () => left.shift() ?? 0)).toEqual(['b', 'c', 'd']);
    expect(ran).toEqual(['a test/on-test-happened']);
    expect(failures).toMatchObject(['b', 'c'].map((id) => ({ record: record(id), error: { name: 'NotReached' } })));
  });

  it('does not wait for a record until Lambda ends it', async () => {
    vi.useFakeTimers();
    try {
      const { again, failures } = setup({ a: () => new Promise(() => undefined) });
      const answer = again([record('a'), record('b')], () => 20_000);
      await vi.advanceTimersByTimeAsync(18_999);
      expect(failures).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(await answer).toEqual(['a']);
      expect(failures).toMatchObject([{ error: { name: 'OutOfTime' }, event: { id: 'a' } }]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('fails as a whole for what is no batch', async () => {
    await expect(setup().lambda({ Records: [{}] })).rejects.toThrow(/not a batch of SQS records/);
  });
});
