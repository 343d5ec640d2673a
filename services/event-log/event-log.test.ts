import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { NotTheActiveHub } from '../../shared/ports/lease-store.ts';
import { createHandler } from './main.lambda.ts';

const receive = (body: string): Promise<Envelope> =>
  body === 'garbage' ? Promise.reject(new Error('no event')) : Promise.resolve({ id: body } as Envelope);

const batch = (...bodies: string[]) => ({ Records: bodies.map((body) => ({ messageId: `message-${body}`, body })) });

/** A log that refuses what `refuses` says, and remembers the rest. */
function subject(refuses: (events: readonly Envelope[]) => Error | undefined = () => undefined) {
  const logged: string[][] = [];
  const failed: string[][] = [];
  const handler = createHandler({
    receive,
    append: (events) => {
      const refusal = refuses(events);
      if (refusal !== undefined) return Promise.reject(refusal);
      logged.push(events.map(({ id }) => id));
      return Promise.resolve(events.map(() => 'accepted'));
    },
    failed: ({ record, error, event }) => {
      failed.push([record.messageId, (error as Error).message, ...(event === undefined ? [] : [event.id])]);
      return Promise.resolve((error as { terminal?: true }).terminal !== true);
    },
  });
  return { handler, logged, failed };
}

describe('the event log function', () => {
  it('enters a batch at once', async () => {
    const { handler, logged } = subject();
    expect(await handler(batch('a', 'b', 'c'))).toEqual({ batchItemFailures: [] });
    expect(logged).toEqual([['a', 'b', 'c']]);
  });

  it('fails what is no event alone', async () => {
    const { handler, logged, failed } = subject();
    expect(await handler(batch('a', 'garbage', 'c'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-garbage' }],
    });
    expect(logged).toEqual([['a', 'c']]);
    expect(failed).toEqual([['message-garbage', 'no event']]);
    expect(await handler(batch('garbage'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-garbage' }] });
    expect(logged.length).toBe(1);
  });

  it('lets everything come again when the table is out of reach, and asks it once', async () => {
    let asked = 0;
    const { handler, logged } = subject(() => {
      asked += 1;
      return new Error('throttled');
    });
    const { batchItemFailures } = await handler(batch('a', 'b'));
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-a' }, { itemIdentifier: 'message-b' }]);
    expect([asked, logged]).toEqual([1, []]);
  });

  it('gives the whole batch back while its hub stands by, and tells which events they are', async () => {
    const { handler, failed } = subject(() => new NotTheActiveHub('eu-west-1', undefined));
    expect((await handler(batch('a', 'garbage', 'b'))).batchItemFailures).toHaveLength(3);
    const standsBy = 'hub eu-west-1 stands by: it may not commit';
    expect(failed).toEqual([
      ['message-garbage', 'no event'],
      ['message-a', standsBy, 'a'],
      ['message-b', standsBy, 'b'],
    ]);
  });

  it('finds the one event that the log refuses for good', async () => {
    const refusal = Object.assign(new Error('invalid'), { terminal: true });
    const { handler, logged, failed } = subject((events) =>
      events.some(({ id }) => id === 'poison') ? refusal : undefined,
    );
    expect(await handler(batch('a', 'poison', 'c'))).toEqual({ batchItemFailures: [] });
    expect(logged).toEqual([['a'], ['c']]);
    expect(failed).toEqual([['message-poison', 'invalid', 'poison']]);
  });

  it('refuses what is no batch of a queue', async () => {
    await expect(subject().handler({ detail: {} })).rejects.toThrow('not a batch of SQS records');
  });
});
