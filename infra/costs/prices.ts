/** What a unit costs, where that was read, and when. Without discounts, taxes and free allowances. */
export interface Price {
  readonly what: string;
  readonly dollars: number;
  /** What `dollars` buys. */
  readonly per: string;
  readonly units: number;
  readonly source: string;
}

const api = 'AWS Price List API, read 2026-09-13';
const bridge = 'cloudburn.io, 2026-03-13';
const page = 'as commonly stated, without a date';
const million = 1_000_000;

/** us-east-1, East US and a Tier 1 region of Google Cloud; European regions are at most a tenth away from it. */
export const prices = {
  lambdaRequest: { what: 'Lambda, requests', dollars: 0.2, per: 'million', units: million, source: api },
  lambdaGbSecond: { what: 'Lambda on arm64, memory', dollars: 0.0000133334, per: 'GB-second', units: 1, source: api },
  bucketGb: { what: 'S3, storage', dollars: 0.023, per: 'GB-month', units: 1, source: page },
  apiRequest: { what: 'API Gateway, HTTP API', dollars: 1, per: 'million', units: million, source: api },
  tableWrite: { what: 'DynamoDB on demand, writes', dollars: 0.625, per: 'million units', units: million, source: api },
  tableRead: { what: 'DynamoDB on demand, reads', dollars: 0.125, per: 'million units', units: million, source: api },
  tableGb: {
    what: 'DynamoDB, storage and point-in-time recovery',
    dollars: 0.45,
    per: 'GB-month',
    units: 1,
    source: page,
  },
  event: { what: 'EventBridge, own events', dollars: 1, per: 'million', units: million, source: bridge },
  archiveGb: { what: 'EventBridge, archiving', dollars: 0.1, per: 'GB', units: 1, source: bridge },
  schedule: { what: 'EventBridge Scheduler', dollars: 1, per: 'million', units: million, source: bridge },
  queueRequest: { what: 'SQS, requests', dollars: 0.4, per: 'million', units: million, source: page },
  key: { what: 'KMS, a key of one’s own', dollars: 1, per: 'month', units: 1, source: page },
  keyRequest: { what: 'KMS, requests', dollars: 3, per: 'million', units: million, source: page },
  alarm: { what: 'CloudWatch, alarms', dollars: 0.1, per: 'alarm-month', units: 1, source: page },
  metric: { what: 'CloudWatch, own metrics', dollars: 0.3, per: 'metric-month', units: 1, source: page },
  dashboard: { what: 'CloudWatch, dashboard', dollars: 3, per: 'month', units: 1, source: page },
  logGb: { what: 'CloudWatch Logs, taken in', dollars: 0.5, per: 'GB', units: 1, source: page },
  trace: { what: 'X-Ray, traces', dollars: 5, per: 'million', units: million, source: page },
  zone: { what: 'Route 53, hosted zone', dollars: 0.5, per: 'month', units: 1, source: page },
  healthCheck: {
    what: 'Route 53, health check over HTTPS every 10 s',
    dollars: 2.5,
    per: 'check-month',
    units: 1,
    source: page,
  },
  regionGb: { what: 'data between regions of AWS', dollars: 0.02, per: 'GB', units: 1, source: page },
  objectWrite: { what: 'Cloud Storage, writes and lists', dollars: 5, per: 'million', units: million, source: page },
  objectRead: { what: 'Cloud Storage, reads', dollars: 0.4, per: 'million', units: million, source: page },
  flexExecution: {
    what: 'Functions Flex, executions',
    dollars: 0.4,
    per: 'million',
    units: million,
    source: 'modal.com, 2025-05-22',
  },
  flexGbSecond: {
    what: 'Functions Flex, memory',
    dollars: 0.000026,
    per: 'GB-second',
    units: 1,
    source: 'modal.com, 2025-05-22',
  },
  runRequest: {
    what: 'Cloud Run, requests',
    dollars: 0.4,
    per: 'million',
    units: million,
    source: 'cloud.google.com/run/pricing, undated copy',
  },
  runCpuSecond: {
    what: 'Cloud Run, vCPU',
    dollars: 0.000024,
    per: 'vCPU-second',
    units: 1,
    source: 'cloud.google.com/run/pricing, undated copy',
  },
  runGibSecond: {
    what: 'Cloud Run, memory',
    dollars: 0.0000025,
    per: 'GiB-second',
    units: 1,
    source: 'cloud.google.com/run/pricing, undated copy',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type Metered = keyof typeof prices;
/** How much of each is used. */
export type Usage = Partial<Readonly<Record<Metered, number>>>;
