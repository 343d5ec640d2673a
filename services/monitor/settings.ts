/** How closely deployments are watched. All durations in milliseconds. */
export interface MonitorSettings {
  /** Wait before the first look at a new expectation; doubles with each look that brings no change. */
  readonly observeInitialMs: number;
  readonly observeMaxMs: number;
  /** Pace of looks at deployments in a region that does not answer: slower, never stopped. */
  readonly observeUnreachableMs: number;
  /** The sweep looks again at what was not seen for this long. */
  readonly reconcileAfterMs: number;
  /** An observation overdue by this much is taken for lost, and the sweep looks in its stead. */
  readonly lostAfterMs: number;
  /** Deployments per step of a sweep. At most 30: each may take a record and two events of a transaction's 100 items. */
  readonly sweepPage: number;
  /** Wait after a step of a sweep that looked at a whole page, less for fewer: a large fleet is looked at slowly, not all at once. */
  readonly sweepPaceMs: number;
  /** A region is asked this often what stands in it, known or not; one that is not healthy, as often as its deployments are looked at. */
  readonly surveyAfterMs: number;
  /** A removal that is owed is called to mind again this often. */
  readonly owedRemovalMs: number;
  /** What was removed is remembered this long, so that late facts about it are understood. */
  readonly forgetAfterMs: number;
  readonly metrics: MetricsSettings;
  readonly health: HealthSettings;
}

export interface MetricsSettings {
  readonly enabled: boolean;
  /** A round that asks every cloud what it measured begins this often. */
  readonly everyMs: number;
  /** A deployment that answers more than this share of its requests with errors is unwell. */
  readonly errorRatio: number;
  /** Requests in the window below which nothing is concluded from them. */
  readonly minimumRequests: number;
  /** Asked beside the clouds, in this order: of several that tell of a target, the first is asked. */
  readonly prometheus: readonly { readonly name: string; readonly targets?: readonly string[] }[];
}

export interface HealthSettings {
  /** Consecutive observations without an answer, or with failing health, that make a region suspect. */
  readonly unreachableAfter: number;
  /** They must span at least this long: a burst of looks in one bad second is one sign, not three. */
  readonly unreachableSpanMs: number;
  /** Successes in a row that make it well again. */
  readonly healthyAfter: number;
  /** Failing health speaks against a region only when at least this many deployments fail: one crashing service is its own fault. */
  readonly unhealthyDeployments: number;
  /** A steady region's last success is noted no more often than this, to spare a record that every report would touch. */
  readonly refreshMs: number;
  /** What requests said of a deployment counts this long: traffic may have left, and then nothing is known. */
  readonly errorsForgetMs: number;
  /** Requests that fail, of which nothing is known elsewhere, must do so for at least this long: one more round. */
  readonly errorsSpanMs: number;
  /** A region that ceased to be healthy this often within `flapWindowMs` … */
  readonly flapTurns: number;
  readonly flapWindowMs: number;
  /** … must stay well this long before it is called so, and twice as long with each further turn, up to `flapWindowMs`. */
  readonly flapHoldMs: number;
}

export const defaultMonitorSettings: MonitorSettings = {
  observeInitialMs: 1_000,
  observeMaxMs: 15_000,
  observeUnreachableMs: 30_000,
  reconcileAfterMs: 30_000,
  lostAfterMs: 60_000,
  sweepPage: 30,
  sweepPaceMs: 1_000,
  surveyAfterMs: 300_000,
  owedRemovalMs: 300_000,
  forgetAfterMs: 86_400_000,
  metrics: { enabled: true, everyMs: 60_000, errorRatio: 0.1, minimumRequests: 20, prometheus: [] },
  health: {
    unreachableAfter: 3,
    unreachableSpanMs: 2_000,
    healthyAfter: 2,
    unhealthyDeployments: 2,
    refreshMs: 10_000,
    errorsForgetMs: 600_000,
    errorsSpanMs: 30_000,
    flapTurns: 3,
    flapWindowMs: 1_800_000,
    flapHoldMs: 60_000,
  },
};
