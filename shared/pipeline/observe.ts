import {
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Histogram,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { hash } from 'node:crypto';
import type { Envelope } from '../contracts/envelope.ts';

/**
 * Traces and timings of handlers through OpenTelemetry's API alone: nothing is recorded, and next to nothing spent, unless a composition
 * root (shared/adapters/telemetry, or a Lambda layer) has registered an SDK.
 */
const scope = 'homeostasis';

/** Seconds; from a decision over one service to one over thousands. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

let histogram: Histogram | undefined;
/** Made when it is first needed: an instrument made before the SDK is registered would record nothing for ever. */
function durations(): Histogram {
  histogram ??= metrics.getMeter(scope).createHistogram('homeostasis_handler_duration_seconds', {
    description: 'Time to handle one event: load, decide, commit',
    unit: 's',
    advice: { explicitBucketBoundaries: buckets },
  });
  return histogram;
}

export interface Observed {
  /** W3C trace context of what is being done, for the events that it says. */
  readonly traceparent: string | undefined;
}

/** Runs one handler inside a span that continues the event's trace. Names follow OpenTelemetry's messaging conventions. */
export async function observe<T>(
  consumer: string,
  event: Envelope,
  work: (observed: Observed) => Promise<T>,
): Promise<T> {
  const parent = trace.setSpanContext(ROOT_CONTEXT, contextOf(event));
  const span = trace
    .getTracer(scope)
    .startSpan(`process ${consumer}`, { kind: SpanKind.CONSUMER, attributes: attributesOf(consumer, event) }, parent);
  const started = performance.now();
  let outcome = 'failed';
  try {
    const result = await work({ traceparent: traceparentOf(span) ?? event.traceparent });
    outcome = 'done';
    return result;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
    durations().record((performance.now() - started) / 1000, { consumer, outcome });
  }
}

/** The root of a new trace, for what begins a chain. @returns undefined when nobody traces */
export function beginTrace(name: string, attributes: Attributes): string | undefined {
  const span = trace
    .getTracer(scope)
    .startSpan(name, { kind: SpanKind.PRODUCER, attributes, root: true }, ROOT_CONTEXT);
  const traceparent = traceparentOf(span);
  span.end();
  return traceparent;
}

function attributesOf(consumer: string, { id, type, subject, correlationid }: Envelope): Attributes {
  return {
    'messaging.system': scope,
    'messaging.operation.type': 'process',
    'messaging.consumer.group.name': consumer,
    'messaging.message.id': id,
    'messaging.message.conversation_id': correlationid,
    'cloudevents.event_type': type,
    ...(subject === undefined ? {} : { 'cloudevents.event_subject': subject }),
  };
}

/** Of a span that is still open; undefined when it is not recorded, and whoever comes next goes on from what came before. */
function traceparentOf(span: Span): string | undefined {
  if (!span.isRecording()) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** What came without a trace (a schedule's tick) still belongs together: its trace follows from the correlation. */
function contextOf({ traceparent, correlationid }: Envelope): SpanContext {
  const found = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  if (found !== null) {
    const [, traceId = '', spanId = '', flags = ''] = found;
    return { traceId, spanId, traceFlags: parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  }
  const hex = hash('sha256', correlationid, 'hex');
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}
