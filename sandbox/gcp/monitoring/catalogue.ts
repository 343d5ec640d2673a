import { spreadOf, sumOf, type Minute } from './minute.ts';
import type { Spread } from '../../core/metrics/spread.ts';

export type Value = number | Spread;

/** One metric of Cloud Run: its descriptor, and its values in one minute of one revision, by metric labels. */
export interface MetricDescriptor {
  readonly kind: 'DELTA' | 'GAUGE';
  readonly valueType: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  readonly unit: string;
  readonly labels: readonly string[];
  /** Services only: worker pools answer no requests. */
  readonly requests?: true;
  values(minute: Minute): readonly (readonly [labels: Readonly<Record<string, string>>, value: Value])[];
}

/** Empty where nothing was measured: no point is written then. */
const distribution = (spread: Spread) => (spread.size === 0 ? [] : [[{}, spread] as const]);

/**
 * Source: cloud.google.com/monitoring/api/metrics_gcp, "run". Distributions of utilisation hold one sample per instance and minute here;
 * the real ones are sampled more often.
 */
export const catalogue: Readonly<Record<string, MetricDescriptor>> = {
  'run.googleapis.com/request_count': {
    ...{
      kind: 'DELTA',
      valueType: 'INT64',
      unit: '1',
      labels: ['response_code', 'response_code_class'],
      requests: true,
    },
    values: (minute) =>
      Object.entries(sumOf(minute, 'codes')).map(([code, count]) => [
        { response_code: code, response_code_class: `${code.slice(0, 1)}xx` },
        count,
      ]),
  },
  'run.googleapis.com/request_latencies': {
    ...{ kind: 'DELTA', valueType: 'DISTRIBUTION', unit: 'ms', labels: ['response_code', 'response_code_class'] },
    requests: true,
    values: (minute) =>
      distribution(new Map(Object.entries(sumOf(minute, 'durations')).map(([ms, count]) => [Number(ms), count]))),
  },
  'run.googleapis.com/container/cpu/utilizations': {
    ...{ kind: 'DELTA', valueType: 'DISTRIBUTION', unit: '10^2.%', labels: ['container_name'] },
    values: (minute) => distribution(spreadOf(minute.replicas.map(({ cores }) => cores / minute.limits.cores))),
  },
  'run.googleapis.com/container/memory/utilizations': {
    ...{ kind: 'DELTA', valueType: 'DISTRIBUTION', unit: '10^2.%', labels: ['container_name'] },
    values: (minute) =>
      distribution(spreadOf(minute.replicas.map(({ memoryBytes }) => memoryBytes / minute.limits.bytes))),
  },
  'run.googleapis.com/container/instance_count': {
    ...{ kind: 'GAUGE', valueType: 'INT64', unit: '1', labels: ['state', 'container_name'] },
    values: ({ replicas }) => {
      const active = replicas.filter(({ codes }) => codes !== undefined && Object.keys(codes).length > 0).length;
      const states = [['active', active] as const, ['idle', replicas.length - active] as const];
      return states.map(([state, count]) => [{ state }, count]);
    },
  },
};
