import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';

interface Selecting {
  selectAggregationTemporality?(type: InstrumentType): AggregationTemporality;
}

/**
 * Makes a reader or an exporter forget a gauge's series as soon as it is no longer observed. The SDK for JavaScript goes on with its last
 * value for ever where it accumulates, and a deployment that is gone would be down for good. A gauge has no temporality on the wire.
 */
export function forgetGone<T extends Selecting>(reader: T): T {
  const usual = reader.selectAggregationTemporality?.bind(reader);
  reader.selectAggregationTemporality = (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : (usual?.(type) ?? AggregationTemporality.CUMULATIVE);
  return reader;
}
