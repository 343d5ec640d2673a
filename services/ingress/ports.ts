import type { KnownWorld } from '../../shared/domain/spec/known.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../shared/ports/event-log.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { HookOptions } from './hooks/options.ts';
import type { Identify } from './principal.ts';
import type { TakeBill } from './upload.ts';

/** What the front door stands on. */
export interface IngressPorts {
  readonly bus: Pick<EventBus, 'publish'>;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** A fresh id for a request that brings none. */
  readonly newId: () => string;
  /** Who a request under /v1 is from, and what that one may do. */
  readonly identify: Identify;
  /** Read endpoints of the other services. */
  readonly routes: readonly QueryRoute[];
  readonly logger: Logger;
  /** Facts about the running control plane for `GET /v1/status`. */
  readonly status: () => Facts | Promise<Facts>;
  /** Figures of the control plane and the fleet in Prometheus' text format. Absent where the platform keeps its own. */
  readonly metrics?: () => Promise<string>;
  /**
   * What was accepted last of an application, where that enters the log only later: whether it was submitted or withdrawn, by which event.
   */
  readonly recent?: (
    application: string,
  ) => Promise<{ readonly type: string; readonly source: string; readonly id: string } | undefined>;
  /** Where there is a standby hub: whether this one is the active one. @throws NotTheActiveHub, or that nobody knows */
  readonly active?: () => Promise<unknown>;
  /** How `GET /v1/events/stream` is answered: `live` until the reader goes, or `poll` where an answer cannot be streamed. */
  readonly streaming: 'live' | Polling;
  /** Regions (cloud/region) that are enabled and named, by cloud: what a survey may be about. */
  readonly regions: () => Promise<Readonly<Record<string, readonly string[]>>>;
  /** What tiers mean where a service says nothing, as configured; absent: as built in. */
  readonly tiers?: KnownWorld['tiers'];
  /** Who may send alerts, and how; absent: nobody. */
  readonly hooks?: HookOptions;
  /** Takes bills that are sent; absent: they are fetched from configured sources only. */
  readonly upload?: TakeBill;
  /** Host names (without port) under which the API may be addressed; guards a loopback server against DNS rebinding. */
  readonly hosts: readonly string[] | 'any';
}

export type Facts = Readonly<Record<string, unknown>>;

/** A long poll: an answer ends as soon as there is something to tell, and after `holdMs` without. */
export interface Polling {
  readonly holdMs: number;
  /** Between two looks at the log. */
  readonly everyMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

export const limits = {
  eventBytes: 256 * 1024,
  bodyBytes: 8 * 1024 * 1024,
  batchEvents: 100,
  inlineSpecBytes: 128 * 1024,
} as const;
