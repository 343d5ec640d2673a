import { stringify } from 'yaml';

export const applicationName = 'failover';
export const serviceName = 'web';

/** What is measured: where the service serves when its region is lost. */
export type Stand = 'two clouds and a warm standby' | 'one target and a warm standby';

/** One critical service behind the gateway. What it does is nothing, so that what is measured is the way to it. */
export function application(stand: Stand) {
  const clouds = stand === 'two clouds and a warm standby' ? 2 : 1;
  return {
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name: applicationName },
    spec: {
      services: [
        {
          name: serviceName,
          image: 'ghcr.io/homeostasis/examples/web:1.4.0',
          tier: 'critical',
          replicas: 2,
          ports: [{ port: 8080 }],
          healthCheck: { path: '/healthz', intervalSeconds: 1 },
          ...(clouds > 1 ? { constraints: { minimumClouds: clouds } } : {}),
          recovery: { standby: 'warm', warmReplicas: 2 },
        },
      ],
    },
  };
}

export type Probes = 'default settings' | 'fast probes';

/**
 * `fast probes` is what docs/explanation/failover.md recommends to whoever wants traffic moved within three seconds of the detection: a
 * look at each deployment every second or two, and little patience with a region that is down.
 */
export function configuration(probes: Probes): string {
  return probes === 'default settings'
    ? stringify({})
    : stringify({
        monitor: { observeInitialMs: 500, observeMaxMs: 2000, reconcileSeconds: 5 },
        dr: { holdDownSeconds: 2 },
      });
}
