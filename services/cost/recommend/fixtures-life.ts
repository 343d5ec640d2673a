import { now } from './fixtures.ts';
import type { Proposal } from './proposal.ts';
import { reconcile, type Reconciling } from './reconcile.ts';
import { moved, type RecommendationRecord, type State } from './record.ts';

export const shape = { replicas: 2, cpuMillicores: 2000, memoryMib: 4096, targets: ['aws/eu-west-1/fargate'] };
export const about: Reconciling = { application: 'shop', service: 'web', shape, now, accept: [] };

export const proposal = (more: Partial<Proposal> = {}): Proposal => ({
  kind: 'rightsize',
  ...{ monthlySavingMicros: 50e6, oneOffMicros: 0, confidence: 0.9, risk: 'low', reason: 'it is large', evidence: [] },
  change: [{ path: '/resources/cpu', from: '2', to: '500m' }],
  ...more,
});
export const spot = proposal({ kind: 'spot', change: [{ path: '/spot', to: true }], risk: 'medium' });
export const arm = proposal({ kind: 'arm', change: [{ path: '/constraints/nodes/architecture', to: 'arm64' }] });

export function made(more: Partial<Proposal> = {}): RecommendationRecord {
  const [record] = reconcile([], [proposal(more)], about).records;
  if (record === undefined) throw new Error('nothing was made');
  return record;
}
export const inState = (state: State, since = now): RecommendationRecord => moved(made(), state, 'so it was', since);
