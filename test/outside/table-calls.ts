import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a function asked of tables: `PutItem own standby#copy`, as a role has to allow it. */
export type TableCalls = Set<string>;

/** A table's name as the roles know it. */
export type NameOfTable = (table: string) => string;

/** Writes down every call of a client, as IAM would judge it: the items of a transaction each by their own action. */
export function record(client: DynamoDBClient, calls: TableCalls, nameOf: NameOfTable): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const action = String(context['commandName']).replace('Command', '');
      for (const each of callsOf(action, args.input as Input, nameOf)) calls.add(each);
      return next(args);
    },
    { step: 'initialize', name: 'recordTableCalls' },
  );
  return client;
}

interface Asked {
  readonly TableName?: string;
  readonly Key?: Keyed;
  readonly Item?: Keyed;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}
type Keyed = Readonly<Record<string, { readonly S?: string } | undefined>>;
interface Input extends Asked {
  readonly TransactItems?: readonly Readonly<Record<string, Asked>>[];
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

const actions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

function callsOf(action: string, input: Input, nameOf: NameOfTable): readonly string[] {
  const { TransactItems, RequestItems } = input;
  if (TransactItems !== undefined) {
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([name, asked]) => described(actions[name] ?? name, asked, nameOf)),
    );
  }
  if (RequestItems === undefined) return [described(action, input, nameOf)];
  return Object.entries(RequestItems).flatMap(([TableName, asked]) =>
    [...JSON.stringify(asked).matchAll(/"pk":\{"S":"([^"]*)"/g)].map(([, pk = '']) =>
      described(action, { TableName, Key: { pk: { S: pk } } }, nameOf),
    ),
  );
}

function described(action: string, asked: Asked, nameOf: NameOfTable): string {
  const pk = (asked.Key ?? asked.Item)?.['pk']?.S ?? asked.ExpressionAttributeValues?.[':pk']?.S;
  return `${action} ${nameOf(asked.TableName ?? '')} ${pk === undefined ? '' : partitionOf(pk)}`.trim();
}

/** Partitions as leading keys tell them apart. */
function partitionOf(pk: string): string {
  const [owner, kind] = pk.split('#');
  if (owner === 'standby' || owner === 'lease') return kind === undefined ? owner : `${owner}#${kind}`;
  return kind === 'mark' ? '*#mark' : '*';
}
