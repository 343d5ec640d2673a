import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { TransactionTooLarge } from '../../ports/record-store.ts';
import { packTransaction } from '../memory/measure.ts';
import { planCommit } from './commit.ts';
import { isTransient, reaching, StoreUnavailable } from './errors.ts';
import { copyKey } from './keys.ts';

const place = { table: 't', owner: 'monitor', now: 1_799_000_000_000, expires: 1_800_000_000 };
const mark = { consumer: 'monitor/on-it', source: '/s', id: 'e1' };

describe('the plan of a commit', () => {
  it('guards creations, changes and deletions each by what stood there', () => {
    const writes = [
      { key: 'a/new', expectedVersion: 0, value: 1 },
      { key: 'a/changed', expectedVersion: 2, value: null },
      { key: 'a/gone', expectedVersion: 3, value: undefined },
    ];
    const { items, parts } = planCommit(packTransaction({ mark, writes, events: [] }), place);
    expect(parts.map(({ kind }) => kind)).toEqual(['mark', 'record', 'record', 'record']);
    expect(items[0]?.Put).toMatchObject({
      Item: { expires: { N: '1800000000' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(items[1]?.Put).toMatchObject({
      Item: { version: { N: '1' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(items[2]?.Put).toMatchObject({
      Item: { version: { N: '3' }, value: { S: 'null' } },
      ExpressionAttributeValues: { ':expected': { N: '2' } },
    });
    expect(items[3]?.Delete).toMatchObject({
      Key: { pk: { S: 'monitor#a' }, sk: { S: 'gone' } },
      ExpressionAttributeValues: { ':expected': { N: '3' } },
    });
  });

  it('counts what keys and names take besides', () => {
    const writes = Array.from({ length: 99 }, (_, i) => ({
      key: `a/${i}`.padEnd(900, '.'),
      expectedVersion: 0,
      value: 'x'.repeat(42_000),
    }));
    const packed = packTransaction({ writes, events: [] });
    expect(() => planCommit(packed, place)).toThrow(TransactionTooLarge);
  });
});

describe('the plan of a commit where there is a second hub', () => {
  const fencing = { table: 'leases', hub: 'eu-west-1', epoch: 7, now: 1000.5 };

  it('checks the lease first, and stamps its epoch on every item', () => {
    const writes = [
      { key: 'a/new', expectedVersion: 0, value: 1 },
      { key: 'a/gone', expectedVersion: 3, value: undefined },
    ];
    const { items, parts } = planCommit(packTransaction({ mark, writes, events: [] }), { ...place, fencing });
    expect(parts.map(({ kind }) => kind)).toEqual(['lease', 'mark', 'record', 'record']);
    expect(items[0]?.ConditionCheck).toMatchObject({
      TableName: 'leases',
      Key: { pk: { S: 'lease' }, sk: { S: 'hub' } },
      ExpressionAttributeValues: { ':hub': { S: 'eu-west-1' }, ':epoch': { N: '7' }, ':now': { N: '1001' } },
    });
    expect(items.map(({ Put }) => Put?.Item?.['epoch'])).toEqual([undefined, { N: '7' }, { N: '7' }, undefined]);
  });

  it('says on the mark what committed with it, by where the other hub finds that', () => {
    const event = { id: 'e1', source: '/s', type: 't', time: '2026-11-21T08:00:00Z' } as Envelope;
    const writes = [
      { key: 'a/b', expectedVersion: 2, value: 1 },
      { key: 'a/gone', expectedVersion: 3, value: undefined },
    ];
    const transaction = packTransaction({ mark, writes, events: [{ event }] });
    const { pk, sk } = copyKey(event);
    const withMark = (items: ReturnType<typeof planCommit>['items']) =>
      items.find(({ Put }) => Put?.Item?.['kind']?.S === 'mark')?.Put?.Item?.['with'];
    const told = withMark(planCommit(transaction, { ...place, fencing }).items);
    expect(JSON.parse(told?.S ?? '')).toEqual([
      ['monitor#a', 'b', 3],
      [pk, sk],
    ]);
    expect(withMark(planCommit(transaction, place).items)).toBeUndefined();
  });

  it('leaves room for the check, and asks nothing when there is nothing to commit', () => {
    const writes = Array.from({ length: 100 }, (_, i) => ({ key: `a/${i}`, expectedVersion: 0, value: 1 }));
    expect(planCommit(packTransaction({ writes, events: [] }), place).items.length).toBe(100);
    const plan = () => planCommit(packTransaction({ writes, events: [] }), { ...place, fencing });
    expect(plan).toThrow(TransactionTooLarge);
    expect(planCommit(packTransaction({ writes: [], events: [] }), { ...place, fencing }).items).toEqual([]);
  });
});

describe('what passes by itself', () => {
  const failing = (name: string, more: object = {}) => Object.assign(new Error('no'), { name, ...more });

  it.each([
    [true, failing('ThrottlingException', { $metadata: { httpStatusCode: 400 } })],
    [true, failing('Whatever', { $metadata: { httpStatusCode: 503 } })],
    [true, failing('Error', { code: 'ECONNREFUSED' })],
    [true, failing('Error', { code: 'EAI_AGAIN' })],
    [true, failing('TimeoutError')],
    [false, failing('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })],
    [false, failing('TypeError', { code: 'ERR_INVALID_ARG_TYPE' })],
    [false, 'no error'],
  ])('is %s of %s', (transient, error) => {
    expect(isTransient(error)).toBe(transient);
  });

  it('is said so, with its cause', async () => {
    const cause = failing('ThrottlingException');
    const error = await reaching('record a', () => Promise.reject(cause)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).toMatchObject({
      cause,
      message: 'record a: the table is not available (ThrottlingException: no); try again',
    });
  });
});
