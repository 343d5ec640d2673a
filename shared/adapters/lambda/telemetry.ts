import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Logger } from '../../ports/logger.ts';

/** Structured lines and embedded metrics on standard output, where CloudWatch takes both from. */
export interface Telemetry {
  readonly logger: Logger;
  /** Lines until the next call carry the event's correlation id, type and subject; without an event, nothing of the last one. */
  about(event?: Envelope): void;
  handled(consumer: string, milliseconds: number): void;
  failed(consumer: string, verdict: 'retry' | 'dead'): void;
  /** Any other figure, for example OutboxLagSeconds. */
  measure(name: string, value: number, unit: 'Count' | 'Milliseconds' | 'Seconds'): void;
  /** At the end of an invocation. */
  flush(): void;
}

const namespace = 'Homeostasis';

/**
 * Powertools' Logger and Metrics. Its Tracer is left out: it brings the X-Ray SDK, a third of a bundle, to say what Lambda's active
 * tracing and the `traceparent` on every event say already.
 */
export function createTelemetry(service: string): Telemetry {
  const lines = new PowertoolsLogger({ serviceName: service });
  const metrics = new Metrics({ namespace, serviceName: service });
  return {
    logger: {
      info: (what, facts = {}) => lines.info(what, spoken(facts)),
      warn: (what, facts = {}) => lines.warn(what, spoken(facts)),
      error: (what, facts = {}) => lines.error(what, spoken(facts)),
    },
    about: (event) => {
      lines.resetKeys();
      if (event === undefined) return;
      const { id, type, subject, correlationid, traceparent } = event;
      lines.appendKeys({ correlationid, event: id, type, subject, ...(traceparent ? { traceparent } : {}) });
    },
    // By service, not by consumer: CloudWatch charges for every combination of dimensions, and the lines tell consumers apart.
    handled: (consumer, milliseconds) => {
      lines.info('record.handled', { consumer, milliseconds });
      metrics.addMetric('HandleTime', MetricUnit.Milliseconds, milliseconds);
    },
    failed: (_consumer, verdict) =>
      metrics.addMetric(verdict === 'dead' ? 'DeadLettered' : 'Retried', MetricUnit.Count, 1),
    measure: (name, value, unit) => metrics.addMetric(name, MetricUnit[unit], value),
    flush: () => {
      lines.resetKeys();
      metrics.publishStoredMetrics();
    },
  };
}

/** Powertools keeps `message` for what happened, and drops a fact of that name. */
function spoken({ message, ...facts }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return message === undefined ? facts : { ...facts, reason: message };
}
