import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { derivedId } from '../../shared/pipeline/stamp.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Logger } from '../../shared/ports/logger.ts';

/**
 * The embedded clockwork: publishes `schedule.reconcile` every so often. The id follows from the tick, so a restart inside one
 * tick does not sweep twice.
 */
export function startSchedule(
  everyMs: number,
  { bus, clock, logger }: { readonly bus: EventBus; readonly clock: Clock; readonly logger: Logger },
): () => void {
  const tick = (): void => {
    const now = clock.now();
    const slot = Math.floor(now / everyMs);
    const draft = scheduleReconcile.draft({});
    const id = derivedId(`reconcile ${everyMs} ${slot}`);
    bus
      .publish([
        {
          event: {
            specversion: '1.0',
            id,
            source: '/homeostasis/schedule',
            type: draft.type,
            subject: draft.subject,
            time: toTime(now),
            datacontenttype: 'application/json',
            dataschema: draft.dataschema,
            correlationid: id,
            data: draft.data,
          },
        },
      ])
      .catch((error: unknown) => logger.error('schedule.failed', { message: (error as Error).message }));
  };
  const timer = setInterval(tick, everyMs);
  return () => clearInterval(timer);
}
