import { meanOf, type Spread } from '../../core/metrics/spread.ts';
import type { ReplicaMinute } from '../../core/metrics/usage-sampler.ts';

/** What a resource has, for what its replicas use of it. */
export interface Size {
  readonly cores: number;
  readonly bytes: number;
}

/** One sample with its dimensions. */
export interface Sample {
  readonly dimensions: Readonly<Record<string, string>>;
  /** What was measured, and how often. */
  readonly values: Spread;
}

export interface MetricDefinition {
  readonly unit: string;
  readonly dimensions: readonly string[];
  samples(replicas: readonly ReplicaMinute[], size: Size): readonly Sample[];
}

const each =
  (of: (replica: ReplicaMinute, size: Size) => number) =>
  (replicas: readonly ReplicaMinute[], size: Size): Sample[] =>
    replicas.map((replica) => ({
      dimensions: { podName: replica.replicaId },
      values: new Map([[of(replica, size), 1]]),
    }));

/**
 * Source: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics, microsoft-app-containerapps and
 * microsoft-containerinstance-containergroups. Container groups measure on Linux, one sample a minute.
 */
export const catalogue: Readonly<Record<string, Readonly<Record<string, MetricDefinition>>>> = {
  'microsoft.app/containerapps': {
    Requests: {
      ...{ unit: 'Count', dimensions: ['revisionName', 'podName', 'statusCodeCategory', 'statusCode'] },
      samples: (replicas) =>
        replicas.flatMap(({ replicaId, codes = {} }) =>
          Object.entries(codes).map(([code, count]) => ({
            dimensions: { podName: replicaId, statusCode: code, statusCodeCategory: `${code.slice(0, 1)}xx` },
            values: new Map([[1, count]]),
          })),
        ),
    },
    CpuPercentage: {
      unit: 'Percent',
      dimensions: ['podName'],
      samples: each(({ cores }, size) => (cores / size.cores) * 100),
    },
    MemoryPercentage: {
      ...{ unit: 'Percent', dimensions: ['podName'] },
      samples: each(({ memoryBytes }, size) => (memoryBytes / size.bytes) * 100),
    },
    UsageNanoCores: {
      unit: 'NanoCores',
      dimensions: ['revisionName', 'podName'],
      samples: each(({ cores }) => Math.round(cores * 1e9)),
    },
    WorkingSetBytes: {
      unit: 'Bytes',
      dimensions: ['revisionName', 'podName'],
      samples: each(({ memoryBytes }) => memoryBytes),
    },
    Replicas: {
      ...{ unit: 'Count', dimensions: ['revisionName'] },
      samples: (replicas) => [{ dimensions: {}, values: new Map([[replicas.length, 1]]) }],
    },
  },
  'microsoft.containerinstance/containergroups': {
    CpuUsage: { unit: 'MilliCores', dimensions: ['containerName'], samples: each(({ cores }) => cores * 1000) },
    MemoryUsage: { unit: 'Bytes', dimensions: ['containerName'], samples: each(({ memoryBytes }) => memoryBytes) },
  },
};

export const aggregations = ['average', 'count', 'maximum', 'minimum', 'total'] as const;
export type AggregationName = (typeof aggregations)[number];

export function aggregate(name: AggregationName, values: Spread): number {
  const count = [...values.values()].reduce((sum, times) => sum + times, 0);
  switch (name) {
    case 'average':
      return meanOf(values);
    case 'count':
      return count;
    case 'maximum':
      return Math.max(...values.keys());
    case 'minimum':
      return Math.min(...values.keys());
    case 'total':
      return meanOf(values) * count;
  }
}
