import { describe, expect, it } from 'vitest';
import type { Item } from './item.ts';
import { reconcile } from './reconcile.ts';

const item = (epoch: number, version: number, more: Item = {}): Item => ({
  ...{ pk: { S: 'monitor#a' }, sk: { S: 'b' }, kind: { S: 'record' } },
  ...{ epoch: { N: String(epoch) }, version: { N: String(version) }, value: { S: `${epoch}.${version}` } },
  ...more,
});
const followed: Item = { followed: { BOOL: true } };
const mark: Item = { kind: { S: 'mark' } };
const outbox = (pk: string): Item => ({ pk: { S: pk }, kind: { S: 'outbox' } });
const ours = item(3, 7);

describe('a table of another history', () => {
  it.each([
    ['leaves what is the same', item(4, 8), item(4, 8, followed), { kind: 'leave' }],
    [
      'leaves the same bytes',
      item(4, 8, { packed: { B: Buffer.from('a') } }),
      item(4, 8, { packed: { B: new Uint8Array([97]) } }),
      { kind: 'leave' },
    ],
    [
      'takes other bytes',
      item(4, 8, { packed: { B: Buffer.from('a') } }),
      item(4, 8, { packed: { B: Buffer.from('b') }, ...followed }),
      { kind: 'take' },
    ],
    ['takes what it lacks', item(4, 8), undefined, { kind: 'take' }],
    ['takes what is newer than what it was given', item(4, 8), item(3, 6, followed), { kind: 'take' }],
    [
      'sets aside what was written since',
      item(4, 8),
      ours,
      { kind: 'take', aside: { item: ours, why: 'replaced there' } },
    ],
    ['sets aside what is ahead', item(3, 6), ours, { kind: 'take', aside: { item: ours, why: 'ahead of it' } }],
    [
      'sets aside what went another way',
      item(3, 7, { value: { S: 'else' } }),
      ours,
      { kind: 'take', aside: { item: ours, why: 'ahead of it' } },
    ],
    ['sets aside what only it has', undefined, ours, { kind: 'drop', aside: { item: ours, why: 'absent there' } }],
    ['drops what it was given and is gone there', undefined, item(3, 7, followed), { kind: 'drop' }],
    ['drops marks of what was not handled there', undefined, item(3, 7, mark), { kind: 'drop' }],
    ['keeps what was accepted', undefined, item(3, 0, outbox('ingress#outbox#a')), { kind: 'keep-as-copy' }],
    [
      'leaves what is going out there to the follower',
      item(4, 0, outbox('monitor#outbox#a')),
      undefined,
      { kind: 'leave' },
    ],
    ['leaves a hub its own business', undefined, { pk: { S: 'standby#history' } }, { kind: 'leave' }],
    ['leaves nothing', undefined, undefined, { kind: 'leave' }],
  ] as const)('%s', (_, theirs, mine, decided) => {
    expect(reconcile(theirs, mine)).toEqual(decided);
  });
});
