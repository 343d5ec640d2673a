import type { CostExplorerClient, Group, ResultByTime } from '@aws-sdk/client-cost-explorer';
import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { focusRow, type CostApi, type FocusRow } from './cost-api.ts';

/** 0.01 US dollars a paginated request (aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing, read 2026-11). */
const requestMicros = 10_000;

export interface CostExplorerOptions {
  readonly name: string;
  /** The payer account, under which the bill is filed. */
  readonly account: string;
  /** Tag keys; two at most, as the API allows. */
  readonly groupBy?: readonly string[];
  /** Made when first needed: Cost Explorer answers in us-east-1 only. */
  readonly client: () => Promise<CostExplorerClient>;
}

/** Of deployer-aws: which application, and which of its services. */
const ourTags = ['homeostasis:application', 'homeostasis:service'];

/**
 * AWS Cost Explorer by day and our two tags. It knows no single charge: for those, import a FOCUS export. Amounts are its decimal
 * text; unblended cost is what is billed, amortised cost what FOCUS calls effective.
 */
export function costExplorer({ name, account, groupBy = ourTags, client }: CostExplorerOptions): CostApi {
  return {
    name,
    format: 'AWS Cost Explorer',
    async page(month, token) {
      const { GetCostAndUsageCommand } = await import('@aws-sdk/client-cost-explorer');
      const command = new GetCostAndUsageCommand({
        TimePeriod: { Start: month.from, End: month.to },
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost', 'AmortizedCost'],
        GroupBy: groupBy.map((Key) => ({ Type: 'TAG' as const, Key })),
        ...(token === undefined ? {} : { NextPageToken: token }),
      });
      const answer = await (await client()).send(command).catch((error: unknown) => {
        throw translate(error, name);
      });
      const rows = (answer.ResultsByTime ?? []).flatMap((each) => rowsOf(each, account));
      const next = answer.NextPageToken;
      return { rows, requestMicros, ...(next === undefined || next === '' ? {} : { next }) };
    },
  };
}

function rowsOf({ TimePeriod, Groups = [] }: ResultByTime, account: string): FocusRow[] {
  const day = TimePeriod?.Start?.slice(0, 10) ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day))
    throw new Error(`Cost Explorer answered a day that is none: "${TimePeriod?.Start}"`);
  return Groups.map((group) => rowOf(group, day, account));
}

function rowOf({ Keys = [], Metrics = {} }: Group, day: string, account: string): FocusRow {
  const billed = Metrics['UnblendedCost'];
  if (billed?.Amount === undefined || billed.Unit === undefined) {
    throw new Error(`Cost Explorer left out UnblendedCost of ${Keys.join(', ')} on ${day}`);
  }
  const effective = Metrics['AmortizedCost']?.Amount;
  return focusRow({
    day,
    billed: billed.Amount,
    ...(effective === undefined ? {} : { effective }),
    currency: billed.Unit,
    account,
    provider: 'AWS',
    serviceName: 'AWS, by tag',
    tags: tagsOf(Keys),
  });
}

/** `key$value`; nothing behind the dollar is cost without that tag. */
function tagsOf(keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    keys.flatMap((each) => {
      const at = each.indexOf('$');
      const value = each.slice(at + 1);
      return at < 0 || value === '' ? [] : [[each.slice(0, at), value]];
    }),
  );
}

function translate(error: unknown, name: string): unknown {
  const { name: code = '', message = '', $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const text = `${name}: GetCostAndUsage: ${code}: ${message}`;
  const options = { cause: error, vendor: [code, status].filter(Boolean).join(' ') };
  if (/Throttl|LimitExceeded|TooManyRequests/.test(code) || status === 429) return new Throttled(text, 60_000, options);
  if (
    /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|CredentialsProvider/.test(code) ||
    status === 403
  ) {
    return new Unauthorized(`${text}; the role needs ce:GetCostAndUsage`, options);
  }
  if (status === undefined || status >= 500) return new CloudUnreachable(text, options);
  return error;
}
