import { account, region } from './synthesise.ts';

type Operation = Readonly<Record<string, unknown>> & {
  readonly TableName: string;
  readonly Key?: Keys;
  readonly Item?: Keys;
  readonly ConditionExpression?: string;
};
type Keys = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, Operation>>;

/**
 * Before each item of a transaction, moto copies its table with all that its stream ever carried, to put it back when one fails: most
 * of a run's time, and gigabytes. It makes no copy of a table that is named by its ARN, which DynamoDB takes as well as a name. Put
 * back is then nothing; so the conditions are asked about first, where nothing is changed. In between nobody else gets to the table:
 * the wire lets one at a time to it.
 * Source: moto 5.2.1, `transact_write_items`; DynamoDB API Reference, TransactWriteItems, Put, `TableName`.
 * @param body of TransactWriteItems
 * @returns what looks whether the conditions hold, and what was asked for
 */
export function inTwoSteps(body: string): readonly [look: string, write: string] {
  const { TransactItems, ...rest } = JSON.parse(body) as { readonly TransactItems: readonly Item[] };
  const each = (change: (kind: string, operation: Operation) => readonly [string, object]) =>
    JSON.stringify({
      ...rest,
      TransactItems: TransactItems.map((item) =>
        Object.fromEntries(Object.entries(item).map(([kind, operation]) => change(kind, operation))),
      ),
    });
  return [
    each((_, operation) => ['ConditionCheck', conditionOf(operation)]),
    each((kind, operation) => [kind, { ...operation, TableName: arnOf(operation.TableName) }]),
  ];
}

const arnOf = (table: string): string => `arn:aws:dynamodb:${region}:${account}:table/${table}`;

const always = 'attribute_exists(pk) OR attribute_not_exists(pk)';

function conditionOf(operation: Operation): object {
  const { TableName, Key, Item, ConditionExpression = always } = operation;
  const { pk, sk } = Key ?? Item ?? {};
  const onFailure = operation['ReturnValuesOnConditionCheckFailure'];
  return {
    TableName: arnOf(TableName),
    Key: { pk, sk },
    ConditionExpression,
    ...usedIn(ConditionExpression, operation, 'ExpressionAttributeNames'),
    ...usedIn(ConditionExpression, operation, 'ExpressionAttributeValues'),
    ...(onFailure === undefined ? {} : { ReturnValuesOnConditionCheckFailure: onFailure }),
  };
}

/** An update has more than its condition needs, and what is not used is refused. */
function usedIn(expression: string, operation: Operation, field: string): object {
  const words = new Set(expression.match(/[#:]\w+/g));
  const used = Object.entries((operation[field] ?? {}) as object).filter(([name]) => words.has(name));
  return used.length === 0 ? {} : { [field]: Object.fromEntries(used) };
}
