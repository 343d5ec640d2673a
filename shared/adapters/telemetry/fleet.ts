import type { Attributes, BatchObservableResult, Meter, ObservableGauge } from '@opentelemetry/api';
import { costGauges, showCost, type FleetCost } from './fleet-cost.ts';

/** What runs, and how well, as the last complete minute knows it. What is not known is not there: never zero. */
export interface Fleet {
  readonly deployments: readonly FleetDeployment[];
  readonly services: readonly FleetService[];
  readonly scopes: readonly { readonly scope: string; readonly status: string }[];
  /** How many there are, by state. */
  readonly recoveries: Readonly<Record<string, number>>;
  readonly lastRecoveries: readonly FleetRecovery[];
  readonly openIncidents: number;
  /** Absent where nobody keeps account. */
  readonly cost?: FleetCost;
}

export interface FleetDeployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly ready: number;
  readonly desired: number;
  /** By name of shared/contracts/metrics-collected.ts. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** As the router saw it. */
export interface FleetService {
  readonly application: string;
  readonly service: string;
  readonly requestsPerSecond?: number;
  readonly errorRatio?: number;
  readonly p50Seconds?: number;
  readonly p95Seconds?: number;
  readonly p99Seconds?: number;
}

/** The newest completed recovery of a place, or of one service's part in it. */
export interface FleetRecovery {
  readonly scope: string;
  readonly application?: string;
  readonly service?: string;
  /** From the first sign until traffic was served by something healthy. */
  readonly seconds: number;
  /** Services that took longer than their objective, or went on with older data than theirs. */
  readonly overRto: number;
  readonly overRpo: number;
}

/** So that a state that nothing is in says 0, and not nothing: an alert on it can end. */
const recoveryStates = ['waiting', 'running', 'paused', 'failed', 'completed', 'aborted'] as const;
const healthStates = ['healthy', 'unhealthy', 'unreachable'] as const;

interface Gauges {
  readonly ready: ObservableGauge;
  readonly desired: ObservableGauge;
  readonly measured: ObservableGauge;
  readonly rate: ObservableGauge;
  readonly errors: ObservableGauge;
  readonly latency: ObservableGauge;
  readonly health: ObservableGauge;
  readonly recoveries: ObservableGauge;
  readonly recoveryTime: ObservableGauge;
  readonly overObjective: ObservableGauge;
  readonly incidents: ObservableGauge;
}

/** Gauges over the fleet, read together so that one scrape tells of one moment. */
export function observeFleet(meter: Meter, read: () => Promise<Fleet>): void {
  const gauge = (name: string, description: string) => meter.createObservableGauge(name, { description });
  const gauges: Gauges = {
    ready: gauge('homeostasis_deployment_replicas_ready', 'Replicas that serve, by deployment'),
    desired: gauge('homeostasis_deployment_replicas_desired', 'Replicas that should run, by deployment'),
    measured: gauge('homeostasis_deployment_metric', "What the cloud's own monitoring measured in the last minute"),
    rate: gauge('homeostasis_service_requests_per_second', 'Requests a second, as the router saw them'),
    errors: gauge('homeostasis_service_error_ratio', 'Share of requests that failed for the client'),
    latency: gauge('homeostasis_service_latency_seconds', 'Latency at the router, by percentile'),
    health: gauge('homeostasis_region_health', '1 for the state that a region is in'),
    recoveries: gauge('homeostasis_recoveries', 'Recoveries, by state'),
    recoveryTime: gauge(
      'homeostasis_last_recovery_seconds',
      'How long the last completed recovery took, from the first sign until traffic was served again',
    ),
    overObjective: gauge(
      'homeostasis_last_recovery_services_over_objective',
      'Services that missed their objective in the last completed recovery',
    ),
    incidents: gauge('homeostasis_incidents_open', 'Incidents that are not resolved'),
  };
  const cost = costGauges(meter);
  meter.addBatchObservableCallback(
    async (result) => {
      const fleet = await read();
      for (const each of fleet.deployments) showDeployment(result, gauges, each);
      for (const each of fleet.services) showService(result, gauges, each);
      for (const { scope, status } of fleet.scopes) {
        for (const state of healthStates) result.observe(gauges.health, state === status ? 1 : 0, { scope, state });
      }
      const counts = { ...Object.fromEntries(recoveryStates.map((state) => [state, 0])), ...fleet.recoveries };
      for (const [state, count] of Object.entries(counts)) result.observe(gauges.recoveries, count, { state });
      for (const each of fleet.lastRecoveries) showRecovery(result, gauges, each);
      result.observe(gauges.incidents, fleet.openIncidents);
      if (fleet.cost !== undefined) showCost(result, cost, fleet.cost);
    },
    [...Object.values(gauges), ...Object.values<ObservableGauge>({ ...cost })],
  );
}

function showDeployment(result: BatchObservableResult, gauges: Gauges, of: FleetDeployment): void {
  const [cloud = '', region = '', runtime = ''] = of.target.split('/');
  const labels = { application: of.application, service: of.service, cloud, region, runtime };
  result.observe(gauges.ready, of.ready, labels);
  result.observe(gauges.desired, of.desired, labels);
  for (const [metric, value] of Object.entries(of.metrics)) {
    result.observe(gauges.measured, value, { ...labels, metric });
  }
}

function showRecovery(result: BatchObservableResult, gauges: Gauges, of: FleetRecovery): void {
  const { scope, application, service, seconds, overRto, overRpo } = of;
  const labels = { scope, ...(application === undefined || service === undefined ? {} : { application, service }) };
  result.observe(gauges.recoveryTime, seconds, labels);
  result.observe(gauges.overObjective, overRto, { ...labels, objective: 'rto' });
  result.observe(gauges.overObjective, overRpo, { ...labels, objective: 'rpo' });
}

function showService(result: BatchObservableResult, gauges: Gauges, of: FleetService): void {
  const { application, service } = of;
  const say = (gauge: ObservableGauge, value: number | undefined, more: Attributes = {}): void => {
    if (value !== undefined) result.observe(gauge, value, { application, service, ...more });
  };
  say(gauges.rate, of.requestsPerSecond);
  say(gauges.errors, of.errorRatio);
  say(gauges.latency, of.p50Seconds, { percentile: '50' });
  say(gauges.latency, of.p95Seconds, { percentile: '95' });
  say(gauges.latency, of.p99Seconds, { percentile: '99' });
}
