import type { Timings } from './types.ts';

export type Speed = 'instant' | 'fast' | 'realistic';

/**
 * `realistic` is near what a person sees on the real clouds: an ECS service on Fargate, a container app or a Cloud Run revision
 * needs some 20 to 60 s to its first running replica, and an API call from another continent some 100 ms.
 */
export const timings: Readonly<Record<Speed, Timings>> = {
  instant: { provisionMs: 0, deleteMs: 0, apiLatencyMs: 0 },
  fast: { provisionMs: 1_500, deleteMs: 800, apiLatencyMs: 5 },
  realistic: { provisionMs: 35_000, deleteMs: 20_000, apiLatencyMs: 120 },
};
