import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { keyAttributes, leaseKey } from '../store-dynamodb/index.ts';
import type { PlainItem } from './items.ts';

/** This region's register of the lease, and which hub it is the register of. */
export interface Gate {
  readonly leaseTable: string;
  /** This hub's region. */
  readonly hub: string;
}

type Condition = Pick<
  NonNullable<TransactWriteItem['Put']>,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Whether this hub takes what another committed in `epoch` (shared/domain/lease/fence.ts, `admit`), at the moment it is written. A
 * deletion has no epoch of its own: then only whether this hub has taken over.
 */
export function gateCheck({ leaseTable, hub }: Gate, epoch: string | undefined): TransactWriteItem {
  const others = '#holder <> :me';
  const since = epoch === undefined ? '' : ' AND #tenure <= :epoch';
  return {
    ConditionCheck: {
      TableName: leaseTable,
      Key: keyAttributes(leaseKey),
      ConditionExpression: `attribute_not_exists(pk) OR (${others}${since})`,
      ExpressionAttributeNames: { '#holder': 'holder', ...(epoch === undefined ? {} : { '#tenure': 'tenure' }) },
      ExpressionAttributeValues: { ':me': { S: hub }, ...(epoch === undefined ? {} : { ':epoch': { N: epoch } }) },
    },
  };
}

/** Whether the register says what it said when bringing the table up to `tenure` began. */
export function tenureCheck({ leaseTable, hub }: Gate, tenure: number): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: leaseTable,
      Key: keyAttributes(leaseKey),
      ConditionExpression: '#holder <> :me AND #tenure = :tenure',
      ExpressionAttributeNames: { '#holder': 'holder', '#tenure': 'tenure' },
      ExpressionAttributeValues: { ':me': { S: hub }, ':tenure': { N: String(tenure) } },
    },
  };
}

/** Only over what is not newer: a batch of the stream may come again, and bringing the table up may be ahead of it. */
export function notOver(item: PlainItem): Condition {
  const counter = ['version', 'sequence'].find((name) => item[name] !== undefined);
  if (counter === undefined) return {};
  const [count, epoch] = [item[counter]?.N ?? '0', item['epoch']?.N];
  const newer =
    epoch === undefined
      ? '(attribute_not_exists(#epoch) AND #count < :count)'
      : 'attribute_not_exists(#epoch) OR #epoch < :epoch OR (#epoch = :epoch AND #count <= :count)';
  return {
    ConditionExpression: `attribute_not_exists(pk) OR ${newer}`,
    ExpressionAttributeNames: { '#epoch': 'epoch', '#count': counter },
    ExpressionAttributeValues: { ':count': { N: count }, ...(epoch === undefined ? {} : { ':epoch': { N: epoch } }) },
  };
}

/** The same, and only over what this hub has from the other. */
export function notOverOurs(item: PlainItem): Condition {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = notOver(item);
  const theirs = '(attribute_not_exists(pk) OR attribute_exists(#followed))';
  return {
    ConditionExpression: ConditionExpression === undefined ? theirs : `(${ConditionExpression}) AND ${theirs}`,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, '#followed': 'followed' },
    ...(ExpressionAttributeValues === undefined ? {} : { ExpressionAttributeValues }),
  };
}

/** Only what is still as it was read; for an item that is not to be lost to whoever writes it at the same time. */
export function stillAs(item: PlainItem | undefined): Condition {
  if (item === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names = ['epoch', 'version', 'sequence', 'followed'];
  const parts = names.map((name, at) =>
    item[name] === undefined ? `attribute_not_exists(#n${at})` : `#n${at} = :v${at}`,
  );
  const values = names.flatMap((name, at) => (item[name] === undefined ? [] : [[`:v${at}`, item[name]] as const]));
  return {
    ConditionExpression: ['attribute_exists(pk)', ...parts].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
    ...(values.length === 0
      ? {}
      : { ExpressionAttributeValues: Object.fromEntries(values) as Condition['ExpressionAttributeValues'] }),
  };
}
