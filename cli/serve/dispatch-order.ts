import type { Precedence } from '../../shared/adapters/sqlite/index.ts';

/**
 * What goes first on one machine while much is due: after the loss of a region, decisions and traffic before the calls to clouds that
 * they cause, and those before looks at what has come of them. On the hub every function has a queue and processors of its own.
 */
export function precedenceOf(consumer: string): Precedence {
  const [service = '', on = ''] = consumer.split('/');
  const own = precedences[consumer] ?? precedences[`${service}/*`] ?? precedences[`*/${on}`];
  return own ?? 'usual';
}

/** By consumer, by service, by what is heard: the first that is listed counts. */
export const precedences: Readonly<Record<string, Precedence>> = {
  // A router may be far away: nobody should wait for its answer.
  'traffic/*': 'at-once',
  // All that a lost region asks for is decided before it is carried out: so the critical pages of all applications come first.
  'placement/on-placement-review-due': 'deciding',
  'placement/*': 'urgent',
  // Traffic leaves what is lost.
  'rollout/on-target-excluded': 'urgent',
  'rollout/on-service-excluded': 'urgent',
  'rollout/on-rollout-scope-due': 'urgent',
  // What a recovery begins with; the rest of dr measures.
  'dr/on-health-changed': 'urgent',
  'dr/on-alert-received': 'urgent',
  'dr/on-dr-hold-due': 'urgent',
  'dr/on-recovery-requested': 'urgent',
  'dr/on-recovery-control-requested': 'urgent',
  'dr/on-recovery-check-due': 'urgent',
  'rollout/*': 'prompt',
  '*/on-deployment-apply': 'prompt',
  '*/on-deployment-observe': 'patient',
  '*/on-deployment-remove': 'patient',
  '*/on-target-survey': 'patient',
  '*/on-metrics-collect': 'patient',
  'monitor/on-schedule-reconcile': 'patient',
  'monitor/on-metrics-collected': 'patient',
  'monitor/on-monitor-collect-due': 'patient',
  'monitor/on-monitor-measured-due': 'patient',
};
