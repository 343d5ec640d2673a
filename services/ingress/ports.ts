import type { Clock } from '../../shared/ports/clock.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../shared/ports/event-log.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { TokenCheck } from './auth.ts';

/** What the front door stands on. */
export interface IngressPorts {
  readonly bus: Pick<EventBus, 'publish'>;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** A fresh id for a request that brings none. */
  readonly newId: () => string;
  readonly authorized: TokenCheck;
  /** Read endpoints of the other services. */
  readonly routes: readonly QueryRoute[];
  readonly logger: Logger;
  /** Facts about the running process for `GET /v1/status`. */
  readonly status: () => Readonly<Record<string, unknown>>;
  /** Host names (without port) under which the API may be addressed; guards a loopback server against DNS rebinding. */
  readonly hosts: readonly string[] | 'any';
}

export const limits = {
  eventBytes: 256 * 1024,
  bodyBytes: 8 * 1024 * 1024,
  batchEvents: 100,
  inlineSpecBytes: 128 * 1024,
} as const;
