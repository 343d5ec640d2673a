import type { Passing } from '../wire.ts';

export interface Calls {
  count(passing: Passing): void;
  /** Service and action → how often, since the last `begin`. */
  begin(): void;
  seen(): ReadonlyMap<string, number>;
}

/** Counts what users pay AWS for, by service and action. */
export function createCalls(): Calls {
  let seen = new Map<string, number>();
  return {
    begin: () => void (seen = new Map()),
    seen: () => new Map([...seen].sort(([a], [b]) => a.localeCompare(b))),
    count(passing) {
      const name = `${passing.service}:${actionOf(passing)}`;
      // Lambda reads streams without charge; here the check's own reader does.
      if (/:(?:GetRecords|GetShardIterator|DescribeStream)$/.test(name)) return;
      seen.set(name, (seen.get(name) ?? 0) + 1);
    },
  };
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
