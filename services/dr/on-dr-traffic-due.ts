import { drTrafficDue } from '../../shared/contracts/dr-traffic-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { trafficWindowKey } from './keys.ts';
import { Sheet } from './sheet.ts';
import type { TrafficWindow } from './window-record.ts';
import { addWindow } from './windows.ts';

/** The rest of a window that did not fit one transaction. */
export const onDrTrafficDue = handler({
  consumer: 'dr/on-dr-traffic-due',
  contract: drTrafficDue,
  handle: async ({ data, dryrun }, { records }) => {
    const window = dryrun ? undefined : await records.get<TrafficWindow>(trafficWindowKey(data.from));
    if (window === undefined) return nothing;
    const work = { sheet: new Sheet(), records };
    await addWindow(window, data.after, work);
    return work.sheet.outcome();
  },
});
