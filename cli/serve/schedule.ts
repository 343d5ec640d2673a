import type { Draft } from '../../shared/contracts/contract.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { derivedId } from '../../shared/pipeline/stamp.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { Logger } from '../../shared/ports/logger.ts';

export interface Scheduled {
  /** Part of the id, so that two schedules of one length are two. */
  readonly name: string;
  readonly draft: Draft;
}

const reconcile: Scheduled = { name: 'reconcile', draft: scheduleReconcile.draft({}) };

/** A schedule of days is looked at more often, or a control plane that is restarted daily would never come to it. */
const longestTickMs = 600_000;

/**
 * The embedded clockwork: publishes `schedule.reconcile`, or what else is given, every so often. The id follows from the span of time,
 * so looking again within it, or a restart, publishes nothing twice.
 */
export function startSchedule(
  everyMs: number,
  { bus, clock, logger }: { readonly bus: EventBus; readonly clock: Clock; readonly logger: Logger },
  { name, draft }: Scheduled = reconcile,
): () => void {
  const tick = (): void => {
    const now = clock.now();
    const slot = Math.floor(now / everyMs);
    const id = derivedId(`${name} ${everyMs} ${slot}`);
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
  const timer = setInterval(tick, Math.min(everyMs, longestTickMs));
  return () => clearInterval(timer);
}
