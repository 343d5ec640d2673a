import type { DataOf } from '../../shared/contracts/contract.ts';
import type { trafficShift } from '../../shared/contracts/traffic-shift.ts';
import type { TrafficRecord } from './record.ts';

type Shift = DataOf<typeof trafficShift>;

/**
 * Whether a commanded split is put in force: never one with a lower sequence than what is. The same sequence again is put in force
 * again, which changes nothing, because its confirmation may be what was lost.
 */
export function decide(inForce: TrafficRecord | undefined, shift: Shift, now: number): TrafficRecord | undefined {
  if (inForce !== undefined && shift.sequence < inForce.sequence) return undefined;
  if (inForce?.sequence === shift.sequence) return inForce;
  const { application, service, generation, sequence, routes, reason } = shift;
  const removed = reason === 'Removed' ? { removed: true as const } : {};
  return { application, service, generation, sequence, routes, ...removed, shiftedAt: now };
}
