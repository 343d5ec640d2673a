import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { hubFunctions } from '../../infra/functions.ts';
import { writeFunctions } from '../../scripts/package/hub.ts';
import { csvOf } from '../../shared/adapters/ledger-duckdb/fixtures.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { startFunction, type Invocation } from './lambda-runtime.ts';
import { eventOf, type LambdaStage } from './lambda-stage.ts';
import { dynamoAt, region, s3At } from './moto-clients.ts';

type Holds = (what: string, found: unknown, wanted: unknown) => void;

/** First of this month and of the next, and yesterday or the first: no charge may lie in the future. */
function thisMonth() {
  const now = new Date();
  const at = (month: number): string => new Date(Date.UTC(now.getUTCFullYear(), month, 1)).toISOString();
  return { start: at(now.getUTCMonth()), end: at(now.getUTCMonth() + 1) };
}

function bill(rows: number): string {
  const { start, end } = thisMonth();
  const period = { BillingPeriodStart: start, BillingPeriodEnd: end, ChargePeriodStart: start };
  const ChargePeriodEnd = start.replace('T00', 'T01');
  return csvOf(Array.from({ length: rows }, (_, at) => ({ ...period, ChargePeriodEnd, ResourceId: `task-${at}` })));
}

/**
 * The packaged cost function, with DuckDB's library beside it: a FOCUS file in S3 is found, read and kept in the hub's bucket; another
 * instance, with nothing on its disk, reads it back from there and finds a budget exceeded.
 */
export async function costReadsBills(stage: LambdaStage, folder: string, holds: Holds): Promise<void> {
  const {
    AWS_ENDPOINT_URL: endpoint = '',
    HOMEOSTASIS_TABLE: TableName,
    HOMEOSTASIS_DOCUMENTS: bucket = '',
  } = stage.environment;
  const [s3, tables] = [s3At(endpoint), dynamoAt(endpoint)];
  const bills = [{ name: 'exports', kind: 's3' as const, bucket, prefix: 'exports/', region }];
  const packages = join(folder, 'cost');
  const settings = resolveSettings({ cost: { bills, budgets: [{ name: 'fleet', amount: 1 }] } });
  await writeFunctions(
    packages,
    settings,
    hubFunctions.filter(({ name }) => name === 'cost'),
    process.arch,
  );
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'exports/focus.csv', Body: bill(1000) }));

  const said = async (type: string): Promise<readonly Envelope[]> => {
    const { Items = [] } = await tables.send(new ScanCommand({ TableName }));
    const events = Items.filter(({ kind }) => kind?.S === 'outbox').map(
      ({ event }) => JSON.parse(event?.S ?? '') as Envelope,
    );
    return events.filter((event) => event.type === `dev.homeostasis.${type}.v1`);
  };
  const instance = async (act: (tell: (event: Envelope) => Promise<Invocation>) => Promise<void>): Promise<void> => {
    const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
    const environment = { ...stage.environment, TMPDIR, POWERTOOLS_SERVICE_NAME: 'cost' };
    const running = await startFunction({ dir: join(packages, 'cost'), environment, timeoutMs: 60_000 });
    try {
      await act(async (event) => {
        await stage.send([JSON.stringify(event)]);
        const Records = await stage.receive(1);
        const answer = await running.invoke({ Records });
        await stage.settle(Records);
        return answer;
      });
    } finally {
      await running.close();
    }
  };
  const due = (id: string, data: object): Envelope => eventOf(id, { type: 'dev.homeostasis.cost.sweep-due.v1', data });
  const done = { batchItemFailures: [] };

  await instance(async (tell) => {
    const swept = await tell(due('look', { sweep: 's', source: 'exports' }));
    holds('cost looks a bucket of bills through', [swept.payload, swept.ok], [done, true]);
    const [received] = await said('bill.received');
    if (received === undefined) throw new Error(`no bill was found: ${swept.logs}`);
    const read = await tell(received);
    holds('and reads a bill with DuckDB', read.payload, done);
    const totals = (await said('bill.imported')).map(({ data }) => data as { rows?: number; totalMicros?: number });
    const told = totals.map(({ rows, totalMicros }) => [rows, totalMicros]);
    holds('to the micro-unit', told, [[1000, 1_250_000_000]]);
    const again = await tell({ ...received, id: 'again' });
    holds('once', [again.payload, (await said('bill.imported')).length], [done, 1]);
  });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'ledger/files/' }));
  const kinds = Contents.map(({ Key = '' }) => Key.replace(/[0-9a-f]{32,}/, '<digest>'));
  const month = thisMonth().start.slice(0, 7);
  holds('the ledger lies in the hub’s bucket', kinds.sort(), [
    `ledger/files/aws/123456789012/${month}/<digest>.parquet`,
    'ledger/files/imports/<digest>.json',
  ]);
  await instance(async (tell) => {
    const judged = await tell(due('judge', { sweep: 's' }));
    const exceeded = (await said('budget.exceeded')).map(
      ({ data }) => data as { basis?: string; amountMicros?: number },
    );
    const spent = exceeded.filter(({ basis }) => basis === 'actual').map(({ amountMicros }) => amountMicros);
    holds('another instance reads it back', [judged.payload, [...new Set(spent)]], [done, [1_250_000_000]]);
  });
}
