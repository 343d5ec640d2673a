import { OTLPMetricExporter as OverGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as AsJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as AsProtobuf } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PeriodicExportingMetricReader, type IMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { forgetGone } from './forget-gone.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What sends metrics, by OpenTelemetry's variables. The SDK reads these itself only where no reader is given to it, and `GET /metrics` is
 * one. The exporters read endpoint, headers, timeout and certificates from their own variables.
 * @throws Error for a protocol that is none of OpenTelemetry's three
 */
export function pushReaders(environment: Environment): IMetricReader[] {
  const wanted = environment['OTEL_METRICS_EXPORTER'] ?? 'otlp';
  if (!wanted.split(',').includes('otlp') || !hasEndpoint(environment)) return [];
  const everyMs = Number(environment['OTEL_METRIC_EXPORT_INTERVAL'] ?? 60_000);
  const timeoutMs = Number(environment['OTEL_METRIC_EXPORT_TIMEOUT'] ?? 30_000);
  return [
    new PeriodicExportingMetricReader({
      exporter: forgetGone(exporterOf(environment)),
      exportIntervalMillis: everyMs,
      exportTimeoutMillis: Math.min(timeoutMs, everyMs),
    }),
  ];
}

const hasEndpoint = (environment: Environment): boolean =>
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'].some((name) => isSet(environment[name]));

/** Set and empty is unset (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

function exporterOf(environment: Environment): PushMetricExporter {
  const variables = ['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const variable = variables.find((name) => isSet(environment[name]));
  const protocol = variable === undefined ? 'http/protobuf' : environment[variable];
  switch (protocol) {
    case 'grpc':
      return new OverGrpc();
    case 'http/protobuf':
      return new AsProtobuf();
    case 'http/json':
      return new AsJson();
    default:
      throw new Error(`${variable} is "${protocol}": set it to grpc, http/protobuf or http/json`);
  }
}
