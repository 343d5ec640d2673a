import type { ContainerAppProbe } from '@azure/arm-appcontainers';
import type { ContainerProbe } from '@azure/arm-containerinstance';
import type { Workload } from '../../shared/contracts/workload.ts';

type HealthCheck = NonNullable<Workload['healthCheck']>;

/** What Container Apps takes at most, times in seconds (its REST reference, ContainerAppProbe). */
const longestDelay = 60;
const longestPeriod = 240;
const mostFailures = 10;

/** Readiness keeps traffic away, liveness restarts; a start longer than a probe may wait for gets a startup probe before both. */
export function appProbes(check: HealthCheck | undefined): ContainerAppProbe[] {
  if (check === undefined) return [];
  const { path, port, initialDelaySeconds: delay } = check;
  const probe = {
    httpGet: { path, port, scheme: 'HTTP' },
    periodSeconds: Math.min(longestPeriod, check.intervalSeconds),
    timeoutSeconds: Math.min(longestPeriod, check.timeoutSeconds),
    failureThreshold: Math.min(mostFailures, check.failureThreshold),
  };
  const wait = delay > 0 && delay <= longestDelay ? { initialDelaySeconds: delay } : {};
  const startup: ContainerAppProbe[] =
    delay > longestDelay
      ? [
          {
            type: 'Startup',
            httpGet: probe.httpGet,
            failureThreshold: mostFailures,
            periodSeconds: startupPeriod(delay),
          },
        ]
      : [];
  return [...startup, { type: 'Readiness', ...probe, ...wait }, { type: 'Liveness', ...probe, ...wait }];
}

/** All tries together cover the delay, up to the 40 minutes that are to be had. */
const startupPeriod = (delay: number): number => Math.min(longestPeriod, Math.ceil(delay / mostFailures));

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
