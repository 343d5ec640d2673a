import type { TrafficRouter } from '../../shared/ports/traffic-router.ts';

export interface TrafficSettings {
  /** What moves the requests: the embedded gateway, weighted DNS. */
  readonly router: TrafficRouter;
}
