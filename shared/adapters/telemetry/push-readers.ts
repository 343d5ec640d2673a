import { OTLPMetricExporter as OverGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as OverHttp } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { forgetGone } from './forget-gone.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What sends metrics, by OpenTelemetry's variables. The SDK reads these itself only where no reader is given to it, and `GET /metrics` is
 * one. The exporters read endpoint, headers, timeout and certificates from their own variables.
 */
export function pushReaders(environment: Environment): IMetricReader[] {
  const wanted = environment['OTEL_METRICS_EXPORTER'] ?? 'otlp';
  if (!wanted.split(',').includes('otlp') || !hasEndpoint(environment)) return [];
  const protocol =
    environment['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'] ?? environment['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? 'http/protobuf';
  const everyMs = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'] ?? 60_000);
  const timeoutMs = Number(environment['OTEL_METRIC_EXPORT_TIMEOUT'] ?? 30_000);
  return [
    new PeriodicExportingMetricReader({
      exporter: forgetGone(protocol === 'grpc' ? new OverGrpc() : new OverHttp()),
      exportIntervalMillis: everyMs,
      exportTimeoutMillis: Math.min(timeoutMs, everyMs),
    }),
  ];
}

const hasEndpoint = (environment: Environment): boolean =>
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'].some(
    (name) => (environment[name] ?? '') !== '',
  );
