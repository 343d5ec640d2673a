import type { EventBus } from '../../shared/ports/event-bus.ts';
import { AlreadyProcessed, VersionConflict, type RecordStore } from '../../shared/ports/record-store.ts';
import { happened, sampleEvent } from './samples.ts';

/** A consumer that counts events into one record a subject and says so, all in one transaction with its mark. */
export function countOnce({ bus, records }: { readonly bus: EventBus; readonly records: RecordStore }): void {
  bus.subscribe({
    consumer: 'test/count',
    pattern: happened,
    retry: { initialMs: 1, maximumMs: 10, maximumAttempts: 100 },
    async deliver(event) {
      const key = `count/${event.subject}`;
      const found = await records.get<number>(key);
      const write = { key, expectedVersion: found?.version ?? 0, value: (found?.value ?? 0) + 1 };
      const counted = sampleEvent(`counted-${event.id}`, { type: 'contract.counted' });
      const mark = { consumer: 'test/count', source: event.source, id: event.id };
      await records.commit({ mark, writes: [write], events: [{ event: counted }] }).catch((error: unknown) => {
        if (error instanceof VersionConflict) throw error;
        if (!(error instanceof AlreadyProcessed)) throw error;
      });
    },
  });
}
