/**
 * What others publish as their defaults, seconds from a loss until they have reacted; read or calculated from their documentation in
 * November 2026, run by nobody here. They react at different layers: compare the order of magnitude.
 */
export const peers = [
  {
    system: 'Kubernetes, loss of a node',
    seconds: '340',
    from: 'node-monitor-grace-period 40 s + toleration of not-ready 300 s',
  },
  {
    system: 'Karmada to 1.12',
    seconds: '630',
    from: 'cluster threshold 30 s + eviction timeout 5 min + toleration 300 s',
  },
  {
    system: 'Karmada of today',
    seconds: 'never',
    from: 'the Failover gate is off, and the NoExecute taint is for its user to set',
  },
  {
    system: 'Route 53 health checks',
    seconds: '90–150',
    from: 'interval 30 s, threshold 3, TTL 60 s (its examples)',
  },
  {
    system: 'Azure Traffic Manager',
    seconds: '100–160',
    from: 'probes every 30 s, 3 failures tolerated, timeout 10 s, TTL 30 s',
  },
  { system: 'Google Cloud load balancing', seconds: '10–15', from: 'check every 5 s, timeout 5 s, 2 failures' },
] as const;
