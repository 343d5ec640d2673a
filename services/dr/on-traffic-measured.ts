import { trafficMeasured } from '../../shared/contracts/traffic-measured.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { Sheet } from './sheet.ts';
import { addWindow, isEventful, keepWindow } from './windows.ts';

/** What clients saw at the router: part of the measure of every recovery that it falls into. */
export const onTrafficMeasured = handler({
  consumer: 'dr/on-traffic-measured',
  contract: trafficMeasured,
  handle: async ({ data, dryrun }, { records }) => {
    const window = { from: Date.parse(data.from), to: Date.parse(data.to), services: data.services };
    if (dryrun || Number.isNaN(window.from) || Number.isNaN(window.to)) return nothing;
    const work = { sheet: new Sheet(), records };
    if (!(await keepWindow(window, work))) return nothing;
    if (await isEventful(window, records)) await addWindow(window, 0, work);
    return work.sheet.outcome();
  },
});
