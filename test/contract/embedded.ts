import type { DocumentStore } from '../../shared/ports/document-store.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../shared/ports/event-log.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { ManualTime } from './manual-time.ts';

/** What the contract suites need of an adapter; `time` is the clock and the timer it was made with. */
export interface Subject {
  readonly bus: EventBus;
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  readonly time: ManualTime;
  close(): Promise<void>;
}

export type Create = () => Promise<Subject>;
