import { trafficShift } from '../../shared/contracts/traffic-shift.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import type { TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { decide } from './decide.ts';
import { trafficKey, type TrafficRecord } from './record.ts';

/** Moves traffic, and says so once the router follows. A rehearsal says so without moving anything. */
export function onTrafficShift(router: TrafficRouter): Handler {
  return handler({
    consumer: 'traffic/on-traffic-shift',
    contract: trafficShift,
    handle: async ({ data, dryrun }, { records, now }) => {
      const key = trafficKey(data.application, data.service);
      const inForce = await records.get<TrafficRecord>(key);
      const next = decide(inForce, data, now);
      if (next === undefined) return nothing;
      const { shiftedAt: _shiftedAt, ...split } = next;
      const { removed: _removed, ...said } = split;
      const events = [trafficShifted.draft({ ...said, routes: [...said.routes] })];
      if (dryrun) return { events };
      // Before the commit, and safe to repeat: a split is confirmed only once it is in force.
      await router.route(split);
      return { writes: next === inForce ? [] : [{ key, value: next }], events };
    },
  });
}
