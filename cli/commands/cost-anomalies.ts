import type { CostLine } from '../../shared/contracts/cost-values.ts';
import { call, connect, type ConnectionOptions } from '../client.ts';
import { difference, money } from '../cost/money.ts';
import { dayOf } from '../cost/period.ts';
import { wholeNumber } from '../input.ts';
import { paint, print, printJson, table } from '../output.ts';

interface Anomaly {
  readonly anomaly: string;
  readonly provider: string;
  readonly currency: string;
  readonly application?: string;
  readonly service?: string;
  readonly serviceName?: string;
  readonly since: string;
  readonly day: string;
  readonly actualMicros: number;
  readonly expectedMicros: number;
  readonly impactMicros: number;
  readonly score: number;
  readonly rows: readonly CostLine[];
  /** It lasted so long that its level is the usual one now. */
  readonly shifted: boolean;
}

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
  const { body } = await call<Answer>(connect(options), { path: '/v1/cost/anomalies', query });
  if (json) return printJson(body);
  if (body.anomalies.length === 0) return print('nothing unusual was found');
  for (const each of body.anomalies) show(each);
  const more = body.total - body.anomalies.length;
  if (more > 0) print(paint('dim', `${more} more; --limit shows them`));
}

interface Answer {
  readonly anomalies: readonly Anomaly[];
  readonly total: number;
}

const mostRows = 5;

function show(each: Anomaly): void {
  const { anomaly, since, day, actualMicros, expectedMicros, impactMicros, currency, score, shifted, rows } = each;
  const run = since === day ? day : `${since} to ${day}`;
  print(`${paint('bold', anomaly)}  ${paint(impactMicros > 0 ? 'red' : 'green', difference(impactMicros, currency))}`);
  print(
    `  ${placeOf(each)}, ${run}: ${money(actualMicros, currency)} on the last day, where ${money(expectedMicros, currency)} is usual`,
  );
  print(paint('dim', `  ${score.toFixed(1)} deviations from it${shifted ? '; by now this is the usual level' : ''}`));
  if (rows.length > 0)
    print(
      table(
        ['  made by', 'resource', 'cost', 'more than usual'],
        rows.slice(0, mostRows).map((row) => line(row, currency)),
      ),
    );
  print();
}

function placeOf({ provider, application, service, serviceName }: Anomaly): string {
  if (application === undefined) return `${serviceName ?? 'what nobody claims'} on ${provider}`;
  return `${[application, service].filter((part) => part !== undefined).join('/')} on ${provider}`;
}

function line({ serviceName, description, sku, resource, region, micros, expectedMicros }: CostLine, currency: string) {
  const what = [serviceName, description ?? sku, region].filter((part) => part !== undefined).join(', ');
  const more = expectedMicros === undefined ? '-' : difference(micros - expectedMicros, currency);
  return [`  ${what === '' ? '-' : what}`, resource ?? '-', money(micros, currency), more];
}
