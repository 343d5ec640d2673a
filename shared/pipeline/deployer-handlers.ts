import type { DataOf, Draft } from '../contracts/contract.ts';
import { deploymentApply } from '../contracts/deployment-apply.ts';
import { deploymentObserve } from '../contracts/deployment-observe.ts';
import { deploymentRemove } from '../contracts/deployment-remove.ts';
import { deploymentReported, type Report, type ReportReason } from '../contracts/deployment-reported.ts';
import { metricsCollect } from '../contracts/metrics-collect.ts';
import { metricsCollected, type MetricSeries } from '../contracts/metrics-collected.ts';
import { targetSurvey } from '../contracts/target-survey.ts';
import { surveyPage, targetSurveyed } from '../contracts/target-surveyed.ts';
import type { CloudName } from '../contracts/values.ts';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
  type CloudTarget,
  type DeploymentKey,
} from '../ports/cloud-target.ts';
import { counted } from '../domain/counted.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import { handler, type Handler, type Outcome } from './handler.ts';

/**
 * The subscriptions every deployer has. A cloud's typed errors become reports: the control plane decides on facts, and only
 * the unexpected goes the way of retries and dead letters.
 */
export function applyHandler(cloud: CloudName, target: CloudTarget): Handler {
  return handler({
    consumer: `deployer-${cloud}/on-deployment-apply`,
    contract: deploymentApply,
    cloud,
    handle: ({ data, dryrun }) => acted(data, () => (dryrun ? rehearse(data) : target.apply(data))),
  });
}

export function removeHandler(cloud: CloudName, target: CloudTarget): Handler {
  return handler({
    consumer: `deployer-${cloud}/on-deployment-remove`,
    contract: deploymentRemove,
    cloud,
    handle: ({ data, dryrun }) => acted(data, () => (dryrun ? rehearse(data) : target.remove(data))),
  });
}

export function observeHandler(cloud: CloudName, target: CloudTarget): Handler {
  return handler({
    consumer: `deployer-${cloud}/on-deployment-observe`,
    contract: deploymentObserve,
    cloud,
    handle: ({ data }) => seen(data, () => target.observe(data)),
  });
}

/**
 * What of ours stands in a region. Throttled, that is said, and nothing of the region: the next survey comes by itself. A refusal is an
 * answer too, of a region in which nothing of ours can be seen.
 */
export function surveyHandler(cloud: CloudName, target: CloudTarget): Handler {
  return handler({
    consumer: `deployer-${cloud}/on-target-survey`,
    contract: targetSurvey,
    cloud,
    handle: async ({ data: { scope } }) => {
      const found = await target.list(scope.slice(cloud.length + 1)).catch(refusal);
      if (found instanceof Error) {
        const unknown = found instanceof CloudUnreachable || found instanceof Throttled;
        const phase = unknown ? 'unreachable' : 'answered';
        const reason = classify(found)?.reason;
        const why = { message: messageOf(found), ...(reason === undefined ? {} : { reason }) };
        return { events: [targetSurveyed.draft({ scope, phase, ...why, standing: [] })] };
      }
      return { events: surveyed(scope, found) };
    },
  });
}

/**
 * What the cloud's own monitoring measured. When it does not answer, refuses, or says what nobody understands, that is said and nothing
 * is known; nothing is tried again: the next round comes by itself and asks for the last minutes once more.
 */
export function metricsHandler(cloud: CloudName, source: MetricSource): Handler {
  return handler({
    consumer: `deployer-${cloud}/on-metrics-collect`,
    contract: metricsCollect,
    cloud,
    handle: async ({ data }) => {
      const series = await collected(source, data, cloud).catch(asError);
      if (!(series instanceof Error)) return { events: answered(data, series) };
      const { scope, from, to } = data;
      const reason = classify(series)?.reason ?? series.name;
      const message = `${reason}: ${series.message}`.slice(0, 2000);
      return { events: [metricsCollected.draft({ scope, status: 'unavailable', message, from, to, series: [] })] };
    },
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Collect = DataOf<typeof metricsCollect>;

async function collected(source: MetricSource, data: Collect, cloud: CloudName): Promise<readonly MetricSeries[]> {
  const [from, to] = [Date.parse(data.from) / 1000, Date.parse(data.to) / 1000];
  if (Number.isNaN(from) || Number.isNaN(to) || to <= from) {
    throw new InvalidSpec(`metrics of ${data.scope} from "${data.from}" to "${data.to}": that is no window of time`);
  }
  return source.collect({ region: data.scope.slice(cloud.length + 1), deployments: data.deployments, from, to });
}

/** Deployments in one answer: what its reader keeps in one transaction. */
const measuredPage = 15;

function answered({ scope, from, to, deployments }: Collect, series: readonly MetricSeries[]): Draft[] {
  const known = Map.groupBy(
    series.filter(({ points }) => points.length > 0),
    (each) => `${each.application}/${each.service}/${each.target}`,
  );
  const message = `${counted(known.size, 'deployment')} of ${deployments.length} measured`;
  const groups = [...known.values()];
  const pages = Math.max(1, Math.ceil(groups.length / measuredPage));
  return Array.from({ length: pages }, (_, page) => {
    const some = groups.slice(page * measuredPage, (page + 1) * measuredPage).flat();
    return metricsCollected.draft({ scope, status: 'collected', message, from, to, series: some });
  });
}

function refusal(error: unknown): Error {
  if (error instanceof Error && classify(error) !== undefined) return error;
  throw error;
}

function surveyed(scope: string, found: readonly Report[]): Draft[] {
  const message = `${found.length} of ours found`;
  const pages = Math.max(1, Math.ceil(found.length / surveyPage));
  return Array.from({ length: pages }, (_, page) => {
    const standing = found.slice(page * surveyPage, (page + 1) * surveyPage).map(identity);
    return targetSurveyed.draft({ scope, phase: 'answered', message, standing });
  });
}

/** A deployer that was given no monitoring of its cloud: it says so. */
export const noMetrics: MetricSource = {
  collect: ({ region }) => Promise.reject(new TargetNotFound(`no monitoring is configured for ${region}`)),
};

/** All of them, for whoever composes a deployer without its files. */
export const deployerHandlers = (
  cloud: CloudName,
  target: CloudTarget,
  metrics: MetricSource = noMetrics,
): readonly Handler[] => [
  applyHandler(cloud, target),
  removeHandler(cloud, target),
  observeHandler(cloud, target),
  surveyHandler(cloud, target),
  metricsHandler(cloud, metrics),
];

/**
 * A change the cloud did not take because it was silent or busy is still owed: the error goes to the queue, which tries again.
 */
async function acted(key: DeploymentKey, act: () => Promise<Report>): Promise<Outcome> {
  return seen(key, act, (error) => error instanceof Throttled || error instanceof CloudUnreachable);
}

async function seen(
  key: DeploymentKey,
  act: () => Promise<Report>,
  owed: (error: unknown) => boolean = () => false,
): Promise<Outcome> {
  const report = await act().catch((error: unknown) => {
    if (owed(error)) throw error;
    return asReport(key, error);
  });
  return { events: [deploymentReported.draft(report)] };
}

/** A drill: everything up to the cloud has run, the cloud is not touched. */
function rehearse(key: DeploymentKey): Promise<Report> {
  return Promise.resolve({
    ...identity(key),
    phase: 'ready',
    reason: 'AlreadySo',
    message: 'dry run: nothing was changed',
    replicas: { desired: 0, ready: 0 },
  });
}

function asReport(key: DeploymentKey, error: unknown): Report {
  const known = classify(error);
  if (known === undefined) throw error;
  return {
    ...identity(key),
    ...known,
    message: messageOf(error as Error),
    replicas: { desired: 0, ready: 0 },
  };
}

const messageOf = ({ message }: Error): string => message.slice(0, 2000);

function classify(
  error: unknown,
): { readonly phase: Report['phase']; readonly reason: ReportReason; readonly retryAfterMs?: number } | undefined {
  if (error instanceof CapacityExhausted) return { phase: 'failed', reason: 'CapacityExhausted' };
  if (error instanceof InvalidSpec) return { phase: 'failed', reason: 'InvalidSpec' };
  if (error instanceof TargetNotFound) return { phase: 'failed', reason: 'NotFound' };
  if (error instanceof Unauthorized) return { phase: 'failed', reason: 'Unauthorized' };
  // Nothing is known of what runs there; the monitor asks again.
  if (error instanceof CloudUnreachable) return { phase: 'unreachable', reason: 'CloudUnreachable' };
  if (error instanceof Throttled) {
    return { phase: 'unreachable', reason: 'Throttled', retryAfterMs: error.retryAfterMs };
  }
  return undefined;
}

function identity({ application, service, target, generation }: DeploymentKey) {
  return { application, service, target, generation };
}
