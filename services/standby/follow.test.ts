import { describe, expect, it } from 'vitest';
import type { ChangeContext } from './change.ts';
import type { Entry } from './entry.ts';
import { follow, recordsIn } from './follow.ts';
import type { Item } from './item.ts';
import type { Admitted } from './ports.ts';

const context: ChangeContext = { now: 0, identityOf: ({ id }) => id, journalKeyOf: () => ({ pk: 'p', sk: 's' }) };
const record: Item = { pk: { S: 'monitor#a' }, sk: { S: 'b' }, kind: { S: 'record' } };
const unreadable: Item = { pk: { S: 'ingress#outbox#a' }, kind: { S: 'outbox' }, event: { S: '{' } };

async function followed(images: readonly Item[], admit: (entries: readonly Entry[]) => Admitted | Error) {
  const told: string[] = [];
  const records = images.map((image, at) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: String(at + 1), NewImage: image },
  }));
  const log = (what: string): void => void told.push(what);
  const response = await follow(records, (image) => image as Item | undefined, {
    context,
    admit: (entries) => {
      const answer = admit(entries);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    isWhole: () => Promise.resolve(true),
    logger: { info: log, warn: log, error: log },
    measure: (name, value) => void told.push(`${name} ${value}`),
  });
  return { response, told };
}

const none = { admitted: 0, stranded: 0, older: 0, waiting: 0 };

describe('the follower', () => {
  it('tells what it let in and what it held back', async () => {
    const { response, told } = await followed([record], () => ({ ...none, admitted: 1, stranded: 2 }));
    expect(response).toEqual({ batchItemFailures: [] });
    expect(told).toEqual(['AdmittedItems 1', 'StrandedItems 2', 'follower.held-back']);
  });

  it('has the whole batch come again when it could not be written', async () => {
    const { response, told } = await followed([record, record], () => new Error('throttled'));
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(told).toEqual(['follower.failed']);
  });

  it('is not held up by what nobody can read', async () => {
    const seen: number[] = [];
    const { response, told } = await followed([unreadable, record], (entries) => {
      seen.push(entries.length);
      return none;
    });
    expect([response, seen, told[0]]).toEqual([{ batchItemFailures: [] }, [1], 'follower.unreadable']);
    expect((await followed([unreadable], () => none)).told).toEqual(['follower.unreadable']);
  });

  it.each([[undefined], [{}], [{ Records: 'no' }]])('reads streams only, not %j', (event) => {
    expect(() => recordsIn(event)).toThrow(TypeError);
  });
});
