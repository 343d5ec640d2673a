import { describe, expect, it } from 'vitest';
import { verdictOf, type Part } from './cancellation.ts';

const parts: readonly Part[] = [
  { kind: 'mark', mark: { consumer: 'monitor/on-it', source: '/s', id: 'e1' } },
  { kind: 'record', key: 'health/aws', expectedVersion: 1 },
  { kind: 'outbox', id: 'e2' },
];
const none = { Code: 'None' };
const unmet = { Code: 'ConditionalCheckFailed' };

describe('a cancelled transaction', () => {
  it.each([
    ['the mark was set', [unmet, none, none], 'AlreadyProcessed', 'monitor/on-it has handled event e1 of /s before'],
    ['a record moved on', [none, { ...unmet, Item: { version: { N: '4' } } }, none], 'VersionConflict', 'at version 4'],
    ['a record is gone', [none, unmet, none], 'VersionConflict', 'at version 0, not 1'],
    ['both: the mark says more', [unmet, unmet, none], 'AlreadyProcessed', 'e1'],
    ['refused, whatever else met a conflict', [{ Code: 'TransactionConflict' }, unmet, none], 'VersionConflict', ''],
    [
      'it is invalid',
      [none, none, { Code: 'ValidationError', Message: 'Item size has exceeded' }],
      'TransactionInvalid',
      'DynamoDB refuses outgoing event e2: Item size has exceeded',
    ],
  ] as const)('because %s', (_, reasons, name, message) => {
    const verdict = verdictOf(reasons, parts);
    expect(verdict.kind).toBe('refused');
    if (verdict.kind === 'refused') {
      expect(verdict.error.name).toBe(name);
      expect(verdict.error.message).toContain(message);
    }
  });

  it('because this hub is not the active one: nothing else that its table says counts', () => {
    const fenced: readonly Part[] = [{ kind: 'lease', hub: 'eu-west-1', epoch: 7 }, ...parts];
    const verdict = verdictOf([unmet, unmet, unmet, none], fenced);
    expect(verdict).toMatchObject({ kind: 'refused', error: { name: 'NotTheActiveHub', giveBack: true } });
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'SomethingNew'])(
    'for %s is tried again',
    (Code) => {
      expect(verdictOf([none, { Code }, { Code }], parts)).toEqual({ kind: 'again', codes: Code });
    },
  );

  it('without reasons is tried again', () => {
    expect(verdictOf([], parts)).toEqual({ kind: 'again', codes: '' });
  });
});
