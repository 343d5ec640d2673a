import type { Handler } from '../../shared/pipeline/handler.ts';
import { onTrafficShift } from './on-traffic-shift.ts';
import type { TrafficSettings } from './settings.ts';

/** Every subscription of the service, composed with its router. */
export function handlers({ router }: TrafficSettings): readonly Handler[] {
  return [onTrafficShift(router)];
}

export { restore } from './restore.ts';
export { routes } from './routes.ts';
export type { TrafficSettings } from './settings.ts';
