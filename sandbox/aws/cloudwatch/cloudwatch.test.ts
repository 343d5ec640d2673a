import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  paginateGetMetricData,
  paginateListMetrics,
  PutMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.ts';
import { createFaultBook } from '../../core/fault-book.ts';
import { createInstantRunner } from '../../core/instant-runner.ts';
import { timings } from '../../core/timings.ts';
import type { CloudFace, Fault } from '../../core/types.ts';
import { startAws } from '../index.ts';

const open: CloudFace[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((face) => face.close()));
});

const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
const start = Date.UTC(2026, 0, 1, 12);
const at = (minutes: number) => new Date(start + minutes * 60_000);

async function setup() {
  const clock = createManualClock(start + 3_600_000);
  const faults = createFaultBook();
  const tls = { key: '', cert: '', ca: '' };
  const workloads = createInstantRunner(clock, faults, timings.instant);
  const face = await startAws({ clock, timings: timings.instant, faults, workloads, tls }, { port: 0 });
  open.push(face);
  const endpoint = face.endpoints['cloudWatch'] ?? '';
  const client = (region = 'eu-west-1') => new CloudWatchClient({ region, endpoint, credentials, maxAttempts: 1 });
  const cw = client();
  const put = (MetricData: MetricDatum[], Namespace = 'Shop') =>
    cw.send(new PutMetricDataCommand({ Namespace, MetricData }));
  const data = (queries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) =>
    cw.send(new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: at(0), EndTime: at(60), ...more }));
  return { clock, faults, endpoint, client, cw, put, data };
}

const query = (Id: string, Stat = 'Average', MetricName = 'Latency', Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period, Stat },
});
const latency = (minutes: number, Value: number): MetricDatum => ({
  MetricName: 'Latency',
  Timestamp: at(minutes),
  Value,
  Unit: 'Milliseconds',
});
const caught = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('the call should have been refused'),
    (error: Error & { Code?: string }) => error,
  );

describe('GetMetricData', () => {
  it('answers every statistic, newest first, and an unknown metric with nothing', async () => {
    const { put, data } = await setup();
    await put([latency(1, 10), latency(1, 30), latency(2, 5), latency(1, 20)]);
    const stats = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p99.9'];
    const { MetricDataResults } = await data([
      ...stats.map((stat, index) => query(`q${index}`, stat)),
      query('none', 'Sum', 'NoSuchMetric'),
    ]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([
      [5, 20],
      [5, 60],
      [5, 10],
      [5, 30],
      [1, 3],
      [5, 20],
      [5, 30],
      [],
    ]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Id: 'q0',
      Label: 'Latency',
      StatusCode: 'Complete',
      Timestamps: [at(2), at(1)],
    });
    expect(MetricDataResults?.at(-1)).toMatchObject({ Timestamps: [], StatusCode: 'Complete' });
  });

  it('counts periods from a start rounded down to the minute, without what is at the end', async () => {
    const { put, data } = await setup();
    await put([0, 3, 4, 8, 9, 13].map((minutes) => latency(minutes, minutes)));
    const { MetricDataResults } = await data([query('q', 'Sum', 'Latency', 300)], {
      StartTime: new Date(at(3).getTime() + 45_000),
      EndTime: at(13),
      ScanBy: 'TimestampAscending',
    });
    expect(MetricDataResults?.[0]?.Timestamps).toEqual([at(3), at(8)]);
    expect(MetricDataResults?.[0]?.Values).toEqual([7, 17]);
  });

  it('keeps seconds apart only where they were published so', async () => {
    const { put, data } = await setup();
    const second = (seconds: number, StorageResolution: number): MetricDatum => ({
      MetricName: StorageResolution === 1 ? 'Fine' : 'Coarse',
      Timestamp: new Date(start + seconds * 1_000),
      Value: 1,
      StorageResolution,
    });
    await put([second(0, 1), second(11, 1), second(12, 1), second(0, 60), second(11, 60)]);
    const { MetricDataResults } = await data([
      query('fine', 'SampleCount', 'Fine', 10),
      query('coarse', 'SampleCount', 'Coarse', 10),
    ]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[2, 1], [2]]);
  });

  it('pages by MaxDatapoints over several queries; the official paginator puts it together again', async () => {
    const { cw, put, data } = await setup();
    await put(Array.from({ length: 5 }, (_, minutes) => latency(minutes, minutes)));
    const first = await data([query('a'), query('b', 'Sum')], { MaxDatapoints: 3 });
    expect(first.MetricDataResults).toMatchObject([
      { Id: 'a', Values: [4, 3, 2], StatusCode: 'PartialData' },
      { Id: 'b', Values: [], StatusCode: 'PartialData' },
    ]);
    const pages = paginateGetMetricData(
      { client: cw },
      {
        MetricDataQueries: [query('a'), query('b', 'Sum')],
        StartTime: at(0),
        EndTime: at(60),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 3,
      },
    );
    const values: Record<string, number[]> = { a: [], b: [] };
    const statuses: unknown[] = [];
    for await (const page of pages) {
      statuses.push(page.MetricDataResults?.map(({ StatusCode }) => StatusCode));
      // What is published between two pages neither repeats nor hides anything.
      if (statuses.length === 1) await put([latency(0, 0)]);
      for (const { Id, Values } of page.MetricDataResults ?? []) values[Id ?? '']?.push(...(Values ?? []));
    }
    expect(values).toEqual({ a: [0, 1, 2, 3, 4], b: [0, 1, 2, 3, 4] });
    expect(statuses.at(-1)).toEqual(['Complete', 'Complete']);
    expect(statuses).toHaveLength(4);
    const other = await caught(data([query('a')], { NextToken: first.NextToken ?? '' }));
    expect(other.name).toBe('InvalidNextToken');
    expect((await caught(data([query('a')], { NextToken: 'made up' }))).name).toBe('InvalidNextToken');
  });

  it('leaves out queries whose data is not wanted, and filters by unit', async () => {
    const { put, data } = await setup();
    await put([latency(1, 10), { ...latency(1, 4), Unit: 'Seconds' }]);
    const unit = (Unit: 'Seconds' | 'Percent'): MetricDataQuery => ({
      ...query(Unit.toLowerCase(), 'Sum'),
      MetricStat: { ...query('x', 'Sum').MetricStat, Unit } as NonNullable<MetricDataQuery['MetricStat']>,
    });
    const { MetricDataResults } = await data([
      { ...query('hidden'), ReturnData: false },
      { ...query('all', 'Sum'), Label: 'all units' },
      unit('Seconds'),
      unit('Percent'),
    ]);
    expect(MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
      ['all', 'all units', [14]],
      ['seconds', 'Latency', [4]],
      ['percent', 'Latency', []],
    ]);
  });

  const first = 'MetricDataQueries.member.1';
  const refused: readonly (readonly [string, MetricDataQuery[], Partial<GetMetricDataCommandInput>, string])[] = [
    ['an id that begins with a capital', [query('Bad')], {}, `${first}.Id is not matching the expected pattern`],
    ['an id used twice', [query('a'), query('a')], {}, 'more than once'],
    ['metric math', [{ Id: 'e', Expression: 'm1 / m2' }], {}, `${first}.Expression is not supported`],
    ['neither a metric nor an expression', [{ Id: 'e' }], {}, `${first}.MetricStat is required`],
    ['both at once', [{ ...query('e'), Expression: 'm1' }], {}, 'mutually exclusive'],
    ['a statistic that is none', [query('a', 'Median')], {}, 'The value Median for parameter'],
    ['a period of 90 seconds', [query('a', 'Sum', 'Latency', 90)], {}, 'multiple of 60'],
    ['a start at the end', [query('a')], { EndTime: at(0) }, 'must not equal'],
    ['a start after the end', [query('a')], { EndTime: at(-1) }, 'must be greater than StartTime'],
    ['too many datapoints on a page', [query('a')], { MaxDatapoints: 100_801 }, 'between 1 and 100800'],
    ['501 queries', Array.from({ length: 501 }, (_, index) => query(`q${index}`)), {}, 'size greater than 500'],
    ['no queries', [], {}, 'MetricDataQueries is required'],
  ];
  it.each(refused)('refuses %s with ValidationError', async (_what, queries, more, message) => {
    const { data } = await setup();
    const error = await caught(data(queries, more));
    expect(error).toMatchObject({ name: 'ValidationException', Code: 'ValidationError' });
    expect(error.message).toContain(message);
  });

  it('names everything that is wrong with the queries at once', async () => {
    const { data } = await setup();
    const error = await caught(data([query('A'), query('b', 'Median')]));
    expect(error.message.split('\n')).toHaveLength(2);
  });
});

describe('GetMetricStatistics', () => {
  const input = { Namespace: 'Shop', MetricName: 'Latency', StartTime: at(0), EndTime: at(60), Period: 60 };

  it('answers several statistics of one metric, units apart', async () => {
    const { cw, put } = await setup();
    await put([latency(1, 10), latency(1, 30), { ...latency(1, 4), Unit: 'Seconds' }]);
    const statistics = await cw.send(
      new GetMetricStatisticsCommand({ ...input, Statistics: ['Average', 'Maximum', 'SampleCount'] }),
    );
    expect(statistics.Label).toBe('Latency');
    expect(statistics.Datapoints).toEqual([
      { Timestamp: at(1), Average: 20, Maximum: 30, SampleCount: 2, Unit: 'Milliseconds' },
      { Timestamp: at(1), Average: 4, Maximum: 4, SampleCount: 1, Unit: 'Seconds' },
    ]);
    const { Datapoints } = await cw.send(
      new GetMetricStatisticsCommand({ ...input, ExtendedStatistics: ['p50', 'p95'], Unit: 'Milliseconds' }),
    );
    expect(Datapoints).toEqual([{ Timestamp: at(1), Unit: 'Milliseconds', ExtendedStatistics: { p50: 10, p95: 30 } }]);
    const none = await cw.send(new GetMetricStatisticsCommand({ ...input, MetricName: 'Other', Statistics: ['Sum'] }));
    expect(none.Datapoints).toEqual([]);
  });

  it.each([
    [{ Statistics: [] }, 'MissingRequiredParameterException', 'MissingParameter'],
    [{ Period: 61 }, 'InvalidParameterValueException', 'InvalidParameterValue'],
    [{ EndTime: at(0) }, 'InvalidParameterValueException', 'InvalidParameterValue'],
    [{ EndTime: at(-1) }, 'InvalidParameterCombinationException', 'InvalidParameterCombination'],
    [{ EndTime: at(1_441) }, 'InvalidParameterCombinationException', 'InvalidParameterCombination'],
    [{ ExtendedStatistics: ['p50'] }, 'InvalidParameterCombinationException', 'InvalidParameterCombination'],
    [{ Statistics: [], ExtendedStatistics: ['p101'] }, 'InvalidParameterValueException', 'InvalidParameterValue'],
    [{ Namespace: '' }, 'MissingRequiredParameterException', 'MissingParameter'],
  ])('refuses %o with %s', async (more, name, code) => {
    const { cw } = await setup();
    const error = await caught(cw.send(new GetMetricStatisticsCommand({ ...input, Statistics: ['Sum'], ...more })));
    expect(error).toMatchObject({ name, Error: { Code: code, Type: 'Sender' } });
  });
});

describe('PutMetricData', () => {
  it('takes values with counts and statistic sets', async () => {
    const { put, data } = await setup();
    await put([
      { MetricName: 'Latency', Timestamp: at(1), Values: [1, 5, 9], Counts: [2, 1, 1] },
      { MetricName: 'Latency', Timestamp: at(1), Values: [4] },
      {
        MetricName: 'Set',
        Timestamp: at(1),
        StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 },
      },
    ]);
    const { MetricDataResults } = await data([
      ...['Sum', 'SampleCount', 'p50', 'Maximum'].map((stat) => query(`a${stat}`, stat)),
      ...['Average', 'Minimum', 'p50'].map((stat) => query(`b${stat}`, stat, 'Set')),
    ]);
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[20], [5], [4], [9], [2.5], [1], []]);
  });

  it('takes a thousand metrics in one compressed request', async () => {
    const { cw, put } = await setup();
    const many = Array.from({ length: 1_000 }, (_, index) => ({ MetricName: `metric-${index}`, Value: index }));
    await put(many);
    const pages: number[] = [];
    for await (const page of paginateListMetrics({ client: cw }, { Namespace: 'Shop' })) {
      pages.push(page.Metrics?.length ?? 0);
    }
    expect(pages).toEqual([500, 500]);
    const error = await caught(put([...many, { MetricName: 'one more', Value: 1 }]));
    expect(error).toMatchObject({ name: 'InvalidParameterValueException' });
    expect(error.message).toBe('The collection MetricData must not have a size greater than 1000.');
  });

  const good: MetricDatum = { MetricName: 'm', Value: 1 };
  const value = 'InvalidParameterValueException';
  const member = 'MetricData.member.1';
  const refused: readonly (readonly [string, MetricDatum[], string, string, string])[] = [
    ['an AWS namespace', [good], 'AWS/ECS', value, 'The value AWS/ECS for parameter Namespace is invalid.'],
    ['a namespace that begins with a colon', [good], ':x', value, 'Namespace is invalid'],
    ['a namespace with other characters', [good], 'a*b', value, 'Namespace is invalid'],
    ['no metrics', [], 'x', 'MissingRequiredParameterException', 'MetricData is required'],
    [
      'no name',
      [{ MetricName: '', Value: 1 }],
      'x',
      'MissingRequiredParameterException',
      `${member}.MetricName is req`,
    ],
    ['nothing to store', [{ MetricName: 'm' }], 'x', 'MissingRequiredParameterException', `${member}.Value`],
    ['NaN', [{ MetricName: 'm', Value: NaN }], 'x', value, `The value NaN for parameter ${member}.Value is invalid.`],
    ['infinity', [{ MetricName: 'm', Value: -Infinity }], 'x', value, 'The value -Infinity'],
    ['huge values', [{ MetricName: 'm', Values: [1, 2 ** 361] }], 'x', value, `${member}.Values is invalid`],
    ['a count of nothing', [{ MetricName: 'm', Values: [1], Counts: [0] }], 'x', value, `${member}.Counts is invalid`],
    ['counts that do not match', [{ MetricName: 'm', Values: [1], Counts: [1, 2] }], 'x', value, 'of the same size'],
    ['151 values', [{ MetricName: 'm', Values: Array<number>(151).fill(1) }], 'x', value, 'size greater than 150'],
    [
      'two kinds of values',
      [{ ...good, Values: [1] }],
      'x',
      'InvalidParameterCombinationException',
      `The parameters ${member}.Value and ${member}.Values are mutually exclusive`,
    ],
    [
      'a set upside down',
      [{ MetricName: 'm', StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } }],
      'x',
      value,
      'Minimum must not be greater',
    ],
    [
      'a time before the last two weeks',
      [{ ...good, Timestamp: at(-14 * 1_440) }],
      'x',
      value,
      'within the past two weeks',
    ],
    ['a time hours from now', [{ ...good, Timestamp: at(181) }], 'x', value, 'two hours in the future'],
    ['a resolution of 5 seconds', [{ ...good, StorageResolution: 5 }], 'x', value, 'in the set [ 1, 60 ]'],
    ['an unknown unit', [{ ...good, Unit: 'Furlongs' as 'Seconds' }], 'x', value, `${member}.Unit must be a value in`],
    [
      '31 dimensions',
      [{ ...good, Dimensions: Array.from({ length: 31 }, (_, index) => ({ Name: `d${index}`, Value: 'v' })) }],
      'x',
      value,
      'size greater than 30',
    ],
  ];
  it.each(refused)('refuses %s, and keeps nothing of the request', async (...[, bad, namespace, name, message]) => {
    const { cw, put } = await setup();
    const error = await caught(put(bad.length === 0 ? [] : [...bad, good], namespace));
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect((await cw.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });
});

describe('ListMetrics', () => {
  it('filters by namespace, name and dimensions; other dimensions are another metric', async () => {
    const { cw, put } = await setup();
    const dimensions = (...pairs: [string, string][]) => pairs.map(([Name, Value]) => ({ Name, Value }));
    await put([
      { MetricName: 'Orders', Value: 1, Dimensions: dimensions(['Shop', 'a'], ['Region', 'eu']) },
      { MetricName: 'Orders', Value: 1, Dimensions: dimensions(['Region', 'eu'], ['Shop', 'a']) },
      { MetricName: 'Orders', Value: 1, Dimensions: dimensions(['Shop', 'b']) },
      { MetricName: 'Errors', Value: 1 },
    ]);
    await put([{ MetricName: 'Orders', Value: 1 }], 'Other');
    const list = async (input: object) => {
      const { Metrics } = await cw.send(new ListMetricsCommand(input));
      return Metrics?.map(({ Namespace, MetricName, Dimensions }) =>
        [Namespace, MetricName, ...(Dimensions?.map(({ Value }) => Value) ?? [])].join(' '),
      );
    };
    expect(await list({})).toEqual(['Other Orders', 'Shop Errors', 'Shop Orders eu a', 'Shop Orders b']);
    expect(await list({ Namespace: 'Shop', MetricName: 'Orders' })).toEqual(['Shop Orders eu a', 'Shop Orders b']);
    expect(await list({ Dimensions: [{ Name: 'Shop' }] })).toHaveLength(2);
    expect(await list({ Dimensions: [{ Name: 'Shop', Value: 'b' }], RecentlyActive: 'PT3H' })).toEqual([
      'Shop Orders b',
    ]);
    expect((await caught(list({ NextToken: 'made up' }))).name).toBe('InvalidParameterValueException');
    expect((await caught(list({ RecentlyActive: 'P1D' }))).name).toBe('InvalidParameterValueException');
  });
});

describe('CloudWatch on the wire', () => {
  it('keeps regions apart', async () => {
    const { client, put } = await setup();
    await put([latency(1, 1)]);
    const { Metrics } = await client('us-east-1').send(new ListMetricsCommand({}));
    expect(Metrics).toEqual([]);
  });

  it.each([
    ['throttle', 'Throttling', 400],
    ['api-error', 'InternalServiceFault', 500],
  ] as const)('answers the fault %s with %s', async (kind: Fault['kind'], name, status) => {
    const { cw, faults } = await setup();
    faults.add({ kind, cloud: 'aws', region: 'eu-west-1', operation: 'ListMetrics' });
    const error = await caught(cw.send(new ListMetricsCommand({})));
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  it('does not answer at all from a region that is down', async () => {
    const { cw, client, faults } = await setup();
    faults.add({ kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    expect((await caught(cw.send(new ListMetricsCommand({})))).message).toMatch(/socket hang up|ECONNRESET/);
    expect((await client('us-east-1').send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });

  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/monitoring/aws4_request';
  const form = async (endpoint: string, body: Record<string, string>) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ Version: '2010-08-01', ...body }),
    });
    return { status: response.status, xml: await response.text() };
  };

  it('speaks the Query protocol of older clients', async () => {
    const { endpoint } = await setup();
    const stored = await form(endpoint, {
      Action: 'PutMetricData',
      Namespace: 'Shop',
      'MetricData.member.1.MetricName': 'Latency',
      'MetricData.member.1.Timestamp': at(1).toISOString(),
      'MetricData.member.1.Values.member.1': '3',
      'MetricData.member.1.Values.member.2': '4.5',
    });
    expect(stored.status).toBe(200);
    const { xml } = await form(endpoint, {
      Action: 'GetMetricStatistics',
      Namespace: 'Shop',
      MetricName: 'Latency',
      StartTime: at(0).toISOString(),
      EndTime: at(5).toISOString(),
      Period: '60',
      'ExtendedStatistics.member.1': 'p99',
    });
    expect(xml).toContain('<ExtendedStatistics><entry><key>p99</key><value>4.5</value></entry></ExtendedStatistics>');
    expect(xml).toContain(`<Timestamp>${at(1).toISOString()}</Timestamp>`);
    const refused = await form(endpoint, { Action: 'PutMetricData', Namespace: 'AWS/ECS' });
    expect(refused.status).toBe(400);
    expect(refused.xml).toContain('<Type>Sender</Type><Code>InvalidParameterValue</Code>');
  });

  it('bounds a compressed body by what comes out of it, and refuses one that is not compressed at all', async () => {
    const { endpoint } = await setup();
    const send = (body: Buffer) =>
      fetch(endpoint, {
        method: 'POST',
        headers: {
          authorization,
          'content-encoding': 'gzip',
          'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics',
        },
        body: new Uint8Array(body),
      });
    expect((await send(gzipSync(Buffer.alloc(2_000_000)))).status).toBe(413);
    expect((await send(Buffer.from('{}'))).status).toBe(400);
    expect((await send(gzipSync('{}'))).status).toBe(200);
  });
});
