import type { CostManagementClient, QueryDefinition, QueryResult } from '@azure/arm-costmanagement';
import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { dayAfter, focusRow, type CostApi, type CostPage, type FocusRow, type Month } from './cost-api.ts';

export interface AzureCostOptions {
  readonly name: string;
  /** `/subscriptions/<id>`, a billing account or a management group: also the account of the bill. */
  readonly scope: string;
  /** Made when first needed. */
  readonly client: () => Promise<CostManagementClient>;
}

/** Of deployer-azure. The query takes two groups at most. */
const ourTags = ['homeostasis-application', 'homeostasis-service'];

type Client = Pick<CostManagementClient, 'query' | 'sendRequest' | '$host'>;

/**
 * Azure Cost Management's query by day and our two tags (api-version of the client). Free of charge, limited per scope: 429 carries how
 * long to wait. Columns are found by name, for their order is the service's; the day is a number such as 20261101.
 */
export function azureCost({ name, scope, client }: AzureCostOptions): CostApi {
  return {
    name,
    format: 'Azure Cost Management query',
    async page(month, token) {
      try {
        const own = await client();
        const answer =
          token === undefined ? await own.query.usage(scope.slice(1), question(month)) : await more(own, token, month);
        return pageOf(answer, scope);
      } catch (error) {
        throw translate(error, name);
      }
    },
  };
}

function question({ from, to }: Month): QueryDefinition {
  return {
    type: 'ActualCost',
    timeframe: 'Custom',
    // The last day is meant, here.
    timePeriod: { from: new Date(from), to: new Date(Date.parse(to) - 1000) },
    dataset: {
      granularity: 'Daily',
      aggregation: { totalCost: { name: 'Cost', function: 'Sum' } },
      grouping: ourTags.map((tag) => ({ type: 'TagKey', name: tag })),
    },
  };
}

/** The next page is the same question, posted to the link. Only to the host that was asked: the request carries our token. */
async function more(client: Client, link: string, month: Month): Promise<QueryResult> {
  if (new URL(link).host !== new URL(client.$host).host) {
    throw new Unauthorized(
      `the next page lies at ${new URL(link).host}, not at ${new URL(client.$host).host}: not followed`,
    );
  }
  const { createHttpHeaders, createPipelineRequest, RestError } = await import('@azure/core-rest-pipeline');
  const { from, to } = month;
  const { timePeriod: _, ...rest } = question(month);
  const body = {
    ...rest,
    timePeriod: { from: `${from}T00:00:00Z`, to: new Date(Date.parse(to) - 1000).toISOString() },
  };
  const headers = createHttpHeaders({ 'content-type': 'application/json' });
  const request = createPipelineRequest({
    url: link,
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const response = await client.sendRequest(request);
  if (response.status !== 200) {
    throw new RestError(`the next page answered ${response.status}`, {
      statusCode: response.status,
      request,
      response,
    });
  }
  const { properties } = JSON.parse(response.bodyAsText ?? '') as { readonly properties?: QueryResult };
  return properties ?? {};
}

function pageOf({ columns = [], rows = [], nextLink }: QueryResult, scope: string): CostPage {
  const names = columns.map(({ name = '' }) => name.toLowerCase());
  const at = (wanted: string): number => {
    const index = names.indexOf(wanted);
    if (index < 0) throw new Error(`Cost Management left out the column ${wanted}; it has ${names.join(', ')}`);
    return index;
  };
  // Without rows a page may also be without columns.
  const place = rows.length === 0 ? undefined : { cost: cost(names), day: at('usagedate'), currency: at('currency') };
  const read =
    place === undefined ? [] : rows.map((row) => rowOf(row as readonly unknown[], { ...place, names, scope }));
  const next = nextLink === undefined || nextLink === null || nextLink === '' ? {} : { next: nextLink };
  return { rows: read, requestMicros: 0, ...next };
}

/** The alias of the aggregation, or the name of what was summed: both have been seen. */
function cost(names: readonly string[]): number {
  const index = names.findIndex((each) => each === 'totalcost' || each === 'cost' || each === 'pretaxcost');
  if (index < 0) throw new Error(`Cost Management left out the cost; it has ${names.join(', ')}`);
  return index;
}

interface Places {
  readonly cost: number;
  readonly day: number;
  readonly currency: number;
  readonly names: readonly string[];
  readonly scope: string;
}

function rowOf(row: readonly unknown[], { cost, day, currency, names, scope }: Places): FocusRow {
  return focusRow({
    day: dayOf(row[day]),
    billed: decimal(row[cost]),
    currency: String(row[currency]),
    account: scope.split('/').at(-1) ?? scope,
    provider: 'Microsoft',
    serviceName: 'Azure, by tag',
    tags: tagsOf(row, names),
  });
}

function dayOf(value: unknown): string {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(String(value)) ?? [];
  const text = `${year}-${month}-${day}`;
  if (year === undefined || Number.isNaN(Date.parse(text)) || dayAfter(text) < '2000') {
    throw new Error(`Cost Management answered a day that is none: ${JSON.stringify(value)}`);
  }
  return text;
}

/** JSON numbers, written out without an exponent as far as they carry. */
function decimal(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`Cost Management answered a cost that is none: ${JSON.stringify(value)}`);
  }
  return value.toFixed(12).replace(/\.?0+$/, '');
}

/** Each group is a pair of columns, the tag's key and its value; an empty value is cost without the tag. */
function tagsOf(row: readonly unknown[], names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const [key, value] = [row[index], row[index + 1]];
      const isTag = name === 'tagkey' && typeof key === 'string' && typeof value === 'string' && value !== '';
      return isTag ? [[key, value]] : [];
    }),
  );
}

function translate(error: unknown, name: string): unknown {
  if (error instanceof Unauthorized) return error;
  const { statusCode, code, message, response } = error as {
    readonly statusCode?: number;
    readonly code?: string;
    readonly message?: string;
    readonly response?: { readonly headers?: { get(name: string): string | undefined } };
  };
  if (statusCode === undefined && code === undefined) return error;
  const text = `${name}: query: ${[code, statusCode].filter(Boolean).join(' ')}: ${message ?? ''}`;
  const options = { cause: error, vendor: [code, statusCode].filter(Boolean).join(' ') };
  if (statusCode === 429)
    return new Throttled(
      text,
      waitOf((header) => response?.headers?.get(header)),
      options,
    );
  if (statusCode === 401 || statusCode === 403) {
    return new Unauthorized(`${text}; the identity needs the role Cost Management Reader on the scope`, options);
  }
  if (statusCode === undefined || statusCode >= 500) return new CloudUnreachable(text, options);
  return error;
}

/** The service says by which of its limits one is stopped, each with a wait of its own: the longest counts. Seconds. */
const waits = [
  'retry-after',
  ...['qpu', 'entity', 'tenant', 'client'].map((each) => `x-ms-ratelimit-microsoft.costmanagement-${each}-retry-after`),
];

function waitOf(header: (name: string) => string | undefined): number {
  const seconds = waits.map((each) => Number(header(each))).filter((each) => Number.isFinite(each) && each > 0);
  return seconds.length === 0 ? 60_000 : Math.max(...seconds) * 1000;
}
