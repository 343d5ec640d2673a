import type { Usage } from '../../../infra/costs/prices.ts';
import type { Passing } from '../wire.ts';

/** One kind of call of one function. */
export interface Call {
  readonly function: string;
  readonly action: string;
  readonly count: number;
}

export interface Calls {
  count(passing: Passing): void;
  /** Counts from here on. */
  begin(): void;
  /** Since then, in the order of the alphabet. */
  seen(): readonly Call[];
  /** How often of a kind, `outbox s3:PutObject`, since then. */
  times(call: string): number;
  /** What of it AWS has a price for. */
  usage(): ReadonlyMap<string, Usage>;
}

/** Counts what users pay AWS for, by function, service and action. A function's access key is its name. */
export function createCalls(): Calls {
  let seen = new Map<string, { count: number }>();
  let used = new Map<string, Usage>();
  return {
    begin() {
      seen = new Map();
      used = new Map();
    },
    count(passing) {
      // Lambda reads streams without charge; here the check's own reader does.
      if (/^(?:GetRecords|GetShardIterator|DescribeStream|DescribeTable)$/.test(passing.action)) return;
      const key = `${passing.caller} ${passing.service}:${actionOf(passing)}`;
      const of = seen.get(key) ?? { count: 0 };
      of.count += 1;
      seen.set(key, of);
      used.set(passing.caller, sum(used.get(passing.caller) ?? {}, usageOf(passing)));
    },
    seen: () =>
      [...seen]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, { count }]) => {
          const [name = '', action = ''] = key.split(' ');
          return { function: name, action, count };
        }),
    times: (call) => seen.get(call)?.count ?? 0,
    usage: () => used,
  };
}

export function sum(a: Usage, b: Usage): Usage {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Usage>;
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** The REST protocols name no action. */
function actionOf({ service, action, method, path }: Passing): string {
  if (action !== '') return action;
  if (service === 'route53') return route53(method, path);
  if (service === 's3') return { PUT: 'PutObject', GET: 'GetObject', HEAD: 'HeadObject' }[method] ?? method;
  if (service === 'scheduler') return method === 'POST' ? 'CreateSchedule' : method;
  return `${method} ${path}`;
}

function route53(method: string, path: string): string {
  if (path.includes('/change/')) return 'GetChange';
  return method === 'POST' ? 'ChangeResourceRecordSets' : 'ListResourceRecordSets';
}

/**
 * In the units that are paid: a write unit for each KB of an item, twice in a transaction; a read of up to 4 KB. Records are small;
 * of what is read the answers are not looked at, and each counts as one unit, half when it need not be the latest.
 * Source: DynamoDB Developer Guide, "DynamoDB on-demand capacity mode"; EventBridge pricing: 64 KB an event.
 */
function usageOf({ service, action, body }: Passing): Usage {
  if (service === 'sqs') return { queueRequest: 1 };
  if (service === 'scheduler') return { schedule: 1 };
  if (action === 'PutEvents') return { event: events(body) };
  if (service !== 'dynamodb') return {};
  if (action === 'TransactWriteItems') return { tableWrite: 2 * kilobytes(items(body, 'TransactItems')) };
  if (action === 'BatchWriteItem') return { tableWrite: kilobytes(batched(body)) };
  if (action === 'PutItem' || action === 'UpdateItem' || action === 'DeleteItem') return { tableWrite: 1 };
  return { tableRead: reads(action, body) };
}

const items = (body: string, field: string): readonly unknown[] =>
  (JSON.parse(body) as Record<string, unknown[]>)[field] ?? [];
const batched = (body: string): readonly unknown[] =>
  Object.values((JSON.parse(body) as { readonly RequestItems: Record<string, unknown[]> }).RequestItems).flat();
const kilobytes = (writes: readonly unknown[]): number =>
  writes.reduce<number>((all, each) => all + Math.max(1, Math.ceil(JSON.stringify(each).length / 1024)), 0);
const events = (body: string): number =>
  items(body, 'Entries').reduce<number>((all, each) => all + Math.ceil(JSON.stringify(each).length / 65_536), 0);

function reads(action: string, body: string): number {
  if (action === 'BatchGetItem') {
    const asked = (JSON.parse(body) as { readonly RequestItems: Record<string, { readonly Keys: unknown[] }> })
      .RequestItems;
    return Object.values(asked).reduce((all, { Keys }) => all + Keys.length, 0);
  }
  return (JSON.parse(body) as { readonly ConsistentRead?: boolean }).ConsistentRead === true ? 1 : 0.5;
}
