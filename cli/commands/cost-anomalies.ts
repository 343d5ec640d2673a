import type { costAnomaly } from '../../shared/contracts/cost-anomaly.ts';
import type { CostLine } from '../../shared/contracts/cost-values.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { dayNumber } from '../../shared/domain/calendar.ts';
import { call, connect, type Connection, type ConnectionOptions } from '../client.ts';
import { difference, money } from '../cost/money.ts';
import { dayOf } from '../cost/period.ts';
import { wholeNumber } from '../input.ts';
import { paint, print, printJson, table } from '../output.ts';

/** As it was said, and how it went on. */
type Anomaly = Omit<DataOf<typeof costAnomaly>, 'cloud'> & {
  readonly provider: string;
  /** It lasted so long that its level is the usual one now. */
  readonly shifted: boolean;
};

interface AnomaliesOptions extends ConnectionOptions {
  readonly since?: string;
  readonly application?: string;
  readonly cloud?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `homeostasis cost anomalies`: days that cost something else than days like them, and the rows that made the difference. */
export async function anomalies(options: AnomaliesOptions): Promise<void> {
  const limit = wholeNumber(options.limit, '--limit', 1, 500);
  const { application, cloud, json } = options;
  const since = options.since === undefined ? undefined : dayOf(options.since, '--since');
  const query = { application, cloud, since, limit };
  const connection = connect(options);
  const { body } = await call<Answer>(connection, { path: '/v1/cost/anomalies', query });
  if (json) return printJson(body);
  if (body.anomalies.length === 0) return print(await nothingOf(connection, { application, cloud, since }));
  for (const each of body.anomalies) show(each);
  const more = body.total - body.anomalies.length;
  if (more > 0) print(paint('dim', `${more} more; --limit shows them`));
}

interface Chosen {
  readonly application: string | undefined;
  readonly cloud: string | undefined;
  readonly since: string | undefined;
}

/** Where nobody has looked, nothing was found either: that is said. */
async function nothingOf(connection: Connection, { application, cloud, since }: Chosen): Promise<string> {
  const { body } = await call<{ readonly bills: readonly unknown[] }>(connection, { path: '/v1/cost/bills' });
  const of = application === undefined ? '' : ` of application ${application}`;
  const on = cloud === undefined ? '' : ` on ${cloud}`;
  const from = since === undefined ? '' : ` since ${since}`;
  if (body.bills.length > 0) return `nothing unusual was found${of}${on}${from}`;
  return 'there is no bill in which anything could be unusual: send one with "npx homeostasis cost import"';
}

interface Answer {
  readonly anomalies: readonly Anomaly[];
  readonly total: number;
}

const mostRows = 5;

function show(each: Anomaly): void {
  const { anomaly, since, day, impactMicros, currency, shifted, rows } = each;
  const run = since === day ? day : `${since} to ${day}`;
  const impact = paint(impactMicros > 0 ? 'red' : 'green', difference(impactMicros, currency));
  print(`${paint('bold', placeOf(each))}  ${impact}  ${run} (UTC)`);
  print(`  ${amounts(each)}`);
  if (shifted) print('  by now this is the usual level');
  print(paint('dim', `  ${anomaly}`));
  if (rows.length > 0)
    print(
      table(
        ['  made by', 'resource', 'cost', 'more than usual'],
        rows.slice(0, mostRows).map((row) => line(row, currency)),
        ['cost', 'more than usual'],
      ),
    );
  print();
}

function amounts({ kind, since, day, actualMicros, expectedMicros, currency, score }: Anomaly): string {
  const [actual, usual] = [money(actualMicros, currency), money(expectedMicros, currency)];
  if (kind === 'slow')
    return `creeps up: ${actual} a day by now, where ${usual} was usual${growth(actualMicros, expectedMicros, daysOf(since, day))}`;
  const billed = `${actual} billed${since === day ? '' : ' on the last day'}`;
  return `${billed} where ${usual} is usual: ${score.toFixed(1)} deviations from it`;
}

function growth(now: number, before: number, days: number): string {
  if (before <= 0 || days <= 0) return '';
  return ` (${(100 * ((now / before) ** (1 / days) - 1)).toFixed(1)} % a day)`;
}

const daysOf = (since: string, day: string): number => dayNumber(day) - dayNumber(since);

function placeOf({ provider, application, service, serviceName }: Anomaly): string {
  if (application === undefined) return `${serviceName ?? 'what nobody claims'} on ${provider}`;
  return `${[application, service].filter((part) => part !== undefined).join('/')} on ${provider}`;
}

function line({ serviceName, description, sku, resource, region, micros, expectedMicros }: CostLine, currency: string) {
  const what = [serviceName, description ?? sku, region].filter((part) => part !== undefined).join(', ');
  const more = expectedMicros === undefined ? '-' : difference(micros - expectedMicros, currency);
  return [`  ${what === '' ? '-' : what}`, resource ?? '-', money(micros, currency), more];
}
