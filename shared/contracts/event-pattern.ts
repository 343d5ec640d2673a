import type { Envelope } from './envelope.ts';

/**
 * An Amazon EventBridge event pattern: the embedded bus and the hub's rules read the same object.
 * Source of the grammar: Amazon EventBridge User Guide, "Comparison operators for use in event patterns".
 */
export interface EventPattern {
  readonly [field: string]: EventPattern | readonly PatternRule[] | readonly EventPattern[];
}

/** One leaf rule; a field's rules are alternatives. */
export type PatternRule = string | number | boolean | null | Readonly<Record<string, unknown>>;

/** What patterns are matched against: the event as EventBridge would carry it, the CloudEvent in structured form as `detail`. */
export interface BusEvent {
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly time: string;
  readonly detail: Envelope;
}

export function toBusEvent(event: Envelope): BusEvent {
  return { id: event.id, 'detail-type': event.type, source: event.source, time: event.time, detail: event };
}
