import type { Hub } from './model.ts';

/** The hub as infra/aws makes it with all three clouds; infra/costs.test.ts counts. */
export const hub: Hub = { queues: 10, alarms: 45, reconcileSeconds: 30 };

/** What a standby adds to the alarms of each hub. */
export const standbyAlarms = 7;
