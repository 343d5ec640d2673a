import { monitorPageDue } from '../../shared/contracts/monitor-page-due.ts';
import { handler, type Handler } from '../../shared/pipeline/handler.ts';
import { expectPage } from './expect-page.ts';
import type { MonitorSettings } from './settings.ts';

/** The rest of a page that did not fit one transaction. */
export function onMonitorPageDue(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-monitor-page-due',
    contract: monitorPageDue,
    handle: ({ data }, context) => expectPage(data, context, settings),
  });
}
