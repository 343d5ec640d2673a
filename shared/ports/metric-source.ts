import type { MetricSeries } from '../contracts/metrics-collected.ts';

/**
 * What a cloud's own monitoring, or a Prometheus, measured of deployments. Names and units are those of `metricUnits`; a minute of
 * which nothing is known is left out, never zero. Errors are those of CloudTarget.
 */
export interface MetricSource {
  collect(query: MetricQuery): Promise<readonly MetricSeries[]>;
}

export interface MetricQuery extends FleetQuery {
  /** The cloud's name of the region. */
  readonly region: string;
}

/** What measured of deployments wherever they stand: a Prometheus. As MetricSource otherwise. */
export interface FleetMetrics {
  collect(query: FleetQuery): Promise<readonly MetricSeries[]>;
}

export interface FleetQuery {
  readonly deployments: readonly MeasuredDeployment[];
  /** Whole minutes in seconds since the epoch; `to` is not part of it. At most an hour apart. */
  readonly from: number;
  readonly to: number;
}

export interface MeasuredDeployment {
  readonly application: string;
  readonly service: string;
  /** `cloud/region/runtime` */
  readonly target: string;
}
