import type { FaultScope, SandboxContext } from '../core/types.ts';
import { RegionDown, RpcError } from './status.ts';

/** Where a call goes, for faults. A call without a region (the locations list) is not struck by a fault of one region. */
export interface CallScope {
  readonly operation: string;
  readonly region: string;
  readonly resource?: string;
}

const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' };

function throttled(scope: CallScope): RpcError {
  const message = `Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region' of service 'run.googleapis.com' for location '${scope.region}'.`;
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'RATE_LIMIT_EXCEEDED',
    domain: 'googleapis.com',
    metadata: { service: 'run.googleapis.com', quota_location: scope.region },
  };
  return new RpcError('RESOURCE_EXHAUSTED', message, [info, retryInfo]);
}

/** Lets a call through, late by the API's latency, or throws what the faults of its region make of it. */
export async function pass(context: SandboxContext, scope: CallScope): Promise<void> {
  const { clock, faults, timings } = context;
  const at: FaultScope = { cloud: 'gcp', ...scope };
  if (timings.apiLatencyMs > 0) await new Promise<void>((resolve) => clock.after(timings.apiLatencyMs, resolve));
  if (faults.strikes('region-down', at)) throw new RegionDown(scope.region);
  if (faults.strikes('throttle', at)) throw throttled(scope);
  if (faults.strikes('api-error', at)) {
    throw new RpcError('UNAVAILABLE', 'The service is currently unavailable.');
  }
}
