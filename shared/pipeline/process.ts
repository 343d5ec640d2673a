import type { Envelope } from '../contracts/envelope.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import { AlreadyProcessed, VersionConflict, type RecordStore } from '../ports/record-store.ts';
import type { Handler } from './handler.ts';
import { observe } from './observe.ts';
import { stamp } from './stamp.ts';
import { trackReads } from './tracked-reader.ts';

export interface PipelinePorts {
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

/** Decisions lost to concurrent writers are made again this often before the event goes back to the queue. */
const maximumConflicts = 8;

export type Processed = 'done' | 'duplicate';

/**
 * parse → load → decide → commit (records, mark, events) for one event, once in effect.
 * @throws what the handler throws; InvalidEvent and other terminal errors will never succeed; VersionConflict when contention won.
 */
export function processEvent(definition: Handler, event: Envelope, ports: PipelinePorts): Promise<Processed> {
  return observe(definition.consumer, event, ({ traceparent }) => attempt(definition, { event, traceparent }, ports));
}

interface Traced {
  readonly event: Envelope;
  readonly traceparent: string | undefined;
}

async function attempt(definition: Handler, { event, traceparent }: Traced, ports: PipelinePorts): Promise<Processed> {
  const message = definition.contract.parse(event);
  const mark = { consumer: definition.consumer, source: event.source, id: event.id };
  for (let conflicts = 0; ; conflicts++) {
    const now = ports.clock.now();
    const { reader, guard } = trackReads(ports.records);
    const outcome = await definition.handle(message, { records: reader, documents: ports.documents, now });
    const origin = { service: serviceOf(definition), cause: event, consumer: definition.consumer, now, traceparent };
    try {
      await ports.records.commit({
        mark,
        writes: guard(outcome.writes ?? []),
        events: stamp(outcome.events ?? [], origin),
      });
      return 'done';
    } catch (error) {
      // The mark is the proof: whoever set it committed this event's whole outcome.
      if (error instanceof AlreadyProcessed) return 'duplicate';
      if (!(error instanceof VersionConflict) || conflicts >= maximumConflicts) throw error;
    }
  }
}

export function serviceOf(definition: Handler): string {
  return definition.consumer.slice(0, definition.consumer.indexOf('/'));
}
