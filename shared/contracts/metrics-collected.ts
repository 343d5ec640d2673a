import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { metricsPage } from './metrics-collect.ts';
import { Name, RegionScope, TargetId } from './values.ts';

const closed = { additionalProperties: false } as const;

/**
 * Names of OpenTelemetry's semantic conventions (opentelemetry.io/docs/specs/semconv, 1.37) where there is one, with the statistic
 * that the clouds keep where the convention is a histogram. Units are UCUM.
 */
export const metricUnits = {
  /** Requests answered in the minute. */
  'http.server.request.count': '{request}',
  /** Of those, answers of 5xx. */
  'http.server.request.error.count': '{request}',
  'http.server.request.duration.p50': 's',
  'http.server.request.duration.p95': 's',
  'http.server.request.duration.p99': 's',
  /** Of what the deployment has, 0 to 1. */
  'container.cpu.utilization': '1',
  'container.memory.utilization': '1',
  'container.memory.usage': 'By',
  /** Running. */
  'deployment.replicas': '{replica}',
} as const;
export type MetricName = keyof typeof metricUnits;
export const metricNames = Object.keys(metricUnits) as readonly MetricName[];
export const MetricName = Type.Unsafe<MetricName>(Type.Union(metricNames.map((each) => Type.Literal(each))));

/** [start of the minute in seconds since the epoch, value]. As an array of two: the published schemas have no other word for a pair. */
export const MetricPoint = Type.Unsafe<[number, number]>(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }));

export const MetricSeries = Type.Object(
  {
    application: Name,
    service: Name,
    target: TargetId,
    metric: MetricName,
    /** A minute without a value is unknown, never zero. */
    points: Type.Array(MetricPoint, { maxItems: 60 }),
  },
  closed,
);
export type MetricSeries = Static<typeof MetricSeries>;

/** What a cloud's own monitoring, or a Prometheus, says of deployments; `unavailable` when it did not answer, and then nothing is known. */
export const metricsCollected = defineEvent({
  name: 'metrics.collected',
  summary: 'What a cloud measured of deployments',
  data: Type.Object(
    {
      scope: RegionScope,
      /** Name of the Prometheus that measured; absent: the cloud's own monitoring did. */
      prometheus: Type.Optional(Name),
      status: Type.Union([Type.Literal('collected'), Type.Literal('unavailable')]),
      message: Type.String({ maxLength: 2000 }),
      from: Type.String(),
      to: Type.String(),
      series: Type.Array(MetricSeries, { maxItems: metricsPage * metricNames.length }),
    },
    closed,
  ),
  subject: (data) => data.scope,
});
