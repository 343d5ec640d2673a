import {
  paginateGetMetricData,
  type CloudWatchClient,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { answered } from './answered.ts';

/** One statistic of one metric, by the minute. */
export interface MetricQuestion {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `SampleCount` or a percentile (`p99`). */
  readonly statistic: string;
}

/** Values by the start of their minute in seconds since the epoch; a minute without one is absent. */
export type MinuteValues = ReadonlyMap<number, number>;

/** CloudWatch of one region. Every method throws errors of the port. */
export interface CloudWatchApi {
  /** One answer per question, in their order. */
  ask(
    questions: readonly MetricQuestion[],
    window: { readonly from: number; readonly to: number },
  ): Promise<readonly MinuteValues[]>;
}

/** API reference, GetMetricData: `MetricDataQueries` in one call. */
const queryPage = 500;

export function createCloudWatchApi(client: CloudWatchClient, region: string): CloudWatchApi {
  return {
    async ask(questions, { from, to }) {
      const answers: MinuteValues[] = [];
      for (let start = 0; start < questions.length; start += queryPage) {
        const page = questions.slice(start, start + queryPage);
        const what = `aws/${region} GetMetricData of ${page.length} metrics`;
        answers.push(...((await answered(what, () => read(client, page, { from, to }))) ?? []));
      }
      return answers;
    },
  };
}

async function read(
  client: CloudWatchClient,
  questions: readonly MetricQuestion[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly MinuteValues[]> {
  const found = questions.map(() => new Map<number, number>());
  const input = {
    StartTime: new Date(from * 1000),
    EndTime: new Date(to * 1000),
    MetricDataQueries: questions.map(queryOf),
    ScanBy: 'TimestampAscending' as const,
  };
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
    for (const result of MetricDataResults) enter(result, found[Number(result.Id?.slice(1))]);
  }
  return found;
}

const queryOf = ({ namespace, name, dimensions, statistic }: MetricQuestion, index: number): MetricDataQuery => ({
  // Ids begin with a lower-case letter.
  Id: `q${index}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: 60,
    Stat: statistic,
  },
});

function enter({ Timestamps = [], Values = [] }: MetricDataResult, values: Map<number, number> | undefined): void {
  Timestamps.forEach((at, index) => {
    const value = Values[index];
    if (value !== undefined && Number.isFinite(value)) values?.set(Math.floor(at.getTime() / 1000), value);
  });
}
