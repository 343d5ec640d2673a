import { hash } from 'node:crypto';
import type { Draft } from '../contracts/contract.ts';
import type { Envelope } from '../contracts/envelope.ts';
import { toTime } from '../ports/clock.ts';
import type { Publication } from '../ports/event-bus.ts';

export interface Origin {
  /** Service name, the part of the consumer before the slash. */
  readonly service: string;
  /** The event that caused what is stamped. */
  readonly cause: Envelope;
  readonly consumer: string;
  readonly now: number;
  /** W3C trace context of what says it; absent: the cause's. */
  readonly traceparent?: string | undefined;
}

/**
 * Gives drafts identity and origin. Ids follow from the cause, the consumer and the position: handling the same event again
 * makes the same ids, so whatever was already published is recognised as a duplicate.
 */
export function stamp(drafts: readonly Draft[], origin: Origin): Publication[] {
  return drafts.map((draft, index) => ({
    event: toEnvelope(draft, origin, index),
    ...(draft.delayMs > 0 ? { dueAt: origin.now + draft.delayMs } : {}),
  }));
}

function toEnvelope(draft: Draft, origin: Origin, index: number): Envelope {
  const { cause, traceparent = cause.traceparent } = origin;
  const dryrun = cause.dryrun ?? draft.dryrun;
  return {
    specversion: '1.0',
    id: derivedId(`${cause.source}\n${cause.id}\n${origin.consumer}\n${index}\n${draft.type}`),
    source: `/homeostasis/${origin.service}`,
    type: draft.type,
    subject: draft.subject,
    time: toTime(origin.now),
    datacontenttype: 'application/json',
    dataschema: draft.dataschema,
    correlationid: cause.correlationid,
    causationid: cause.id,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(dryrun === undefined ? {} : { dryrun }),
    ...(draft.cloud === undefined ? {} : { cloud: draft.cloud }),
    data: draft.data,
  };
}

/** A UUID (version 8, RFC 9562) whose free bits come from a SHA-256 of the seed. */
export function derivedId(seed: string): string {
  const hex = hash('sha256', seed, 'hex');
  const variant = ((parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
