import { metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { observeFleet, type Fleet } from './fleet.ts';
import { forgetGone } from './forget-gone.ts';

/** How the control plane itself is doing, at this moment. */
export interface ControlPlaneFigures {
  readonly queued: number;
  readonly oldestDueAgeMs: number;
  readonly retries: number;
  readonly deadLetters: number;
  readonly published: number;
}

export interface TelemetryOptions {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly figures: () => ControlPlaneFigures;
  /** What is known of deployed services now. */
  readonly fleet: () => Promise<Fleet>;
}

export interface Telemetry {
  /** Everything there is, as Prometheus reads it (text format 0.0.4). */
  scrape(): Promise<string>;
  /** Sends what is left, and stops. */
  close(): Promise<void>;
}

/**
 * The control plane's and the fleet's metrics, for `GET /metrics`; and, when OpenTelemetry's own variables name an endpoint
 * (`OTEL_EXPORTER_OTLP_ENDPOINT` and the like), metrics and traces there as well.
 * Source of the variables: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const exporter = forgetGone(new PrometheusExporter({ preventServerStart: true }));
  const pushing = await startPushing(options, exporter);
  const provider = pushing ?? startLocal(options, exporter);
  observeControlPlane(options);
  observeFleet(metrics.getMeter('homeostasis'), options.fleet);
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  return {
    async scrape() {
      const { resourceMetrics, errors } = await exporter.collect();
      if (errors.length > 0) throw unread(errors[0]);
      return serializer.serialize(resourceMetrics);
    },
    close: () => provider.shutdown(),
  };
}

function unread(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`metrics could not be read: ${why}`, { cause });
}

interface Provider {
  shutdown(): Promise<void>;
}

function startLocal({ version }: TelemetryOptions, exporter: PrometheusExporter): Provider {
  const resource = resourceFromAttributes({ 'service.name': 'homeostasis', 'service.version': version });
  const provider = new MeterProvider({ resource, readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  return {
    shutdown: async () => {
      metrics.disable();
      await provider.shutdown();
    },
  };
}

/** The whole SDK, with its exporters, only where it is asked for: it is ten times as large. */
async function startPushing(
  { environment, version }: TelemetryOptions,
  exporter: PrometheusExporter,
): Promise<Provider | undefined> {
  const asked = /^OTEL_(EXPORTER_OTLP_(TRACES_|METRICS_)?ENDPOINT|TRACES_EXPORTER|METRICS_EXPORTER)$/;
  if (environment['OTEL_SDK_DISABLED'] === 'true') return undefined;
  if (!Object.entries(environment).some(([name, value]) => asked.test(name) && value !== undefined && value !== '')) {
    return undefined;
  }
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { pushReaders } = await import('./push-readers.ts');
  const node = new NodeSDK({
    serviceName: environment['OTEL_SERVICE_NAME'] ?? 'homeostasis',
    resource: resourceFromAttributes({ 'service.version': version }),
    metricReaders: [exporter, ...pushReaders(environment)],
    instrumentations: [],
  });
  node.start();
  return node;
}

function observeControlPlane({ figures }: TelemetryOptions): void {
  const meter = metrics.getMeter('homeostasis');
  const gauge = (name: string, description: string, read: (now: ControlPlaneFigures) => number): void => {
    meter.createObservableGauge(name, { description }).addCallback((result) => result.observe(read(figures())));
  };
  gauge('homeostasis_queue_depth', 'Deliveries not yet acknowledged', ({ queued }) => queued);
  gauge(
    'homeostasis_queue_oldest_age_seconds',
    'How long the oldest delivery has been due',
    ({ oldestDueAgeMs }) => oldestDueAgeMs / 1000,
  );
  gauge('homeostasis_queue_retries', 'Deliveries that have failed before', ({ retries }) => retries);
  gauge('homeostasis_dead_letters', 'Events put aside', ({ deadLetters }) => deadLetters);
  meter
    .createObservableCounter('homeostasis_events_published', { description: 'Events accepted' })
    .addCallback((result) => result.observe(figures().published));
}
