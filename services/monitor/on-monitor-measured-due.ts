import { monitorMeasuredDue } from '../../shared/contracts/monitor-measured-due.ts';
import { handler, type Handler } from '../../shared/pipeline/handler.ts';
import { keepMeasured } from './metrics/keep.ts';
import type { MonitorSettings } from './settings.ts';

/** What was measured and did not fit the transaction of the message it came in. */
export function onMonitorMeasuredDue(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-monitor-measured-due',
    contract: monitorMeasuredDue,
    handle: ({ data }, context) => keepMeasured(data, context, settings),
  });
}
