import type { ContainerAppProbe } from '@azure/arm-appcontainers';
import type { ContainerProbe } from '@azure/arm-containerinstance';
import type { Workload } from '../../shared/contracts/workload.ts';

type HealthCheck = NonNullable<Workload['healthCheck']>;

/** Longest initial delay and period that Container Apps takes, in seconds (its REST reference, ContainerAppProbe). */
const longestDelay = 60;
const longestPeriod = 240;

/** Readiness keeps traffic away, liveness restarts; a start longer than a probe may wait for gets a startup probe before both. */
export function appProbes(check: HealthCheck | undefined): ContainerAppProbe[] {
  if (check === undefined) return [];
  const { path, port, initialDelaySeconds: delay } = check;
  const probe = {
    httpGet: { path, port, scheme: 'HTTP' },
    periodSeconds: Math.min(longestPeriod, check.intervalSeconds),
    timeoutSeconds: check.timeoutSeconds,
    failureThreshold: check.failureThreshold,
  };
  const wait = delay > 0 && delay <= longestDelay ? { initialDelaySeconds: delay } : {};
  const startup: ContainerAppProbe[] =
    delay > longestDelay
      ? [{ type: 'Startup', httpGet: probe.httpGet, periodSeconds: Math.ceil(delay / 30), failureThreshold: 30 }]
      : [];
  return [...startup, { type: 'Readiness', ...probe, ...wait }, { type: 'Liveness', ...probe, ...wait }];
}

/** Container Instances takes the same check for both. */
export function groupProbes(check: HealthCheck | undefined): {
  readonly readinessProbe?: ContainerProbe;
  readonly livenessProbe?: ContainerProbe;
} {
  if (check === undefined) return {};
  const probe: ContainerProbe = {
    httpGet: { path: check.path, port: check.port, scheme: 'http' },
    initialDelaySeconds: check.initialDelaySeconds,
    periodSeconds: check.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds,
    failureThreshold: check.failureThreshold,
  };
  return { readinessProbe: probe, livenessProbe: probe };
}
