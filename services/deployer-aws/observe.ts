import { counted } from '../../shared/domain/counted.ts';
import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import type { Report, ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { driftOf } from './drift.ts';
import { fromTasks, storyOf, type Evidence } from './evidence.ts';
import { shortName } from './names.ts';
import { fromWire, readMarks } from './tags.ts';

/** What was read of one deployment. */
export interface Seen {
  readonly service: Service;
  /** Undefined: not known yet. `none`: it has none. */
  readonly endpoint: string | 'none' | undefined;
  /** Read only for a service that `needsTasks`. */
  readonly stopped?: readonly Task[];
  readonly running?: readonly Task[];
}

interface Assessment {
  readonly phase: Report['phase'];
  readonly reason: ReportReason;
  readonly message: string;
  readonly ready: number;
}

const primaryOf = ({ deployments = [] }: Service): Deployment | undefined =>
  deployments.find(({ status }) => status === 'PRIMARY') ?? deployments[0];

const countsOf = ({ desiredCount = 0, runningCount = 0 }: Service) => ({
  desired: desiredCount,
  running: runningCount,
});

/** Counts and rollout state are as wanted, so that no more has to be known than the endpoint. */
const stands = (service: Service): boolean =>
  primaryOf(service)?.rolloutState === 'COMPLETED' &&
  (service.runningCount ?? 0) >= (service.desiredCount ?? 0) &&
  (service.pendingCount ?? 0) === 0;

/** Whether single tasks have to be looked at: only trouble is worth the calls. */
export function needsTasks(service: Service): boolean {
  if (service.status !== 'ACTIVE') return false;
  const { trouble, gaveUp } = storyOf(service, readMarks(fromWire(service.tags)));
  const primary = primaryOf(service);
  const failing = (primary?.failedTasks ?? 0) > 0 || primary?.rolloutState === 'FAILED' || gaveUp;
  return trouble?.reason === 'Unhealthy' || (!stands(service) && failing);
}

/** The report of a service that ECS knows. `generation` is the one it was told last, whoever asks. */
export function reportOf(key: DeploymentKey, seen: Seen): Report {
  const { service, endpoint } = seen;
  const marks = readMarks(fromWire(service.tags));
  const drift = service.status === 'ACTIVE' ? driftOf(service, marks) : [];
  const { phase, reason, message, ready } = assess(key, seen);
  return {
    application: key.application,
    service: key.service,
    target: key.target,
    generation: marks.generation ?? key.generation,
    phase,
    reason,
    message: message.slice(0, 2000),
    replicas: { desired: service.desiredCount ?? 0, ready },
    ...(endpoint === undefined || endpoint === 'none' ? {} : { endpoint }),
    ...(marks.specHash === undefined ? {} : { specHash: marks.specHash.slice(0, 64) }),
    ...(drift.length === 0 ? {} : { drift: drift.map((line) => line.slice(0, 500)) }),
    resources: resourcesOf(service),
  };
}

function resourcesOf({ serviceArn, taskDefinition, loadBalancers = [] }: Service): string[] {
  const groups = loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
  return [serviceArn, taskDefinition, ...groups].filter((arn) => arn !== undefined).slice(0, 20);
}

function assess(key: DeploymentKey, seen: Seen): Assessment {
  const { service } = seen;
  if (service.status !== 'ACTIVE') {
    return { phase: 'removing', reason: 'Removing', message: `${key.target}: tasks are being stopped`, ready: 0 };
  }
  const given = isGivenUp(seen);
  if (given !== undefined) return given;
  return stands(service) ? assessRunning(key, seen) : assessUnfinished(key, seen);
}

const tasksRun = (count: number): string => `${counted(count, 'task')} ${count === 1 ? 'runs' : 'run'}`;

function assessRunning(key: DeploymentKey, { service, endpoint, running: tasks = [] }: Seen): Assessment {
  const { runningCount: running = 0 } = service;
  const { trouble } = storyOf(service, readMarks(fromWire(service.tags)));
  const sick = tasks.filter(({ healthStatus }) => healthStatus === 'UNHEALTHY').length;
  if (trouble?.reason === 'Unhealthy' && sick > 0) {
    const message = `${key.target}: ${sick} of ${counted(running, 'task')} ${sick === 1 ? 'fails its' : 'fail their'} health check: ${trouble.text}`;
    return { phase: 'degraded', reason: 'Unhealthy', message, ready: Math.max(0, running - sick) };
  }
  if (endpoint === undefined && running > 0) {
    const message = `${key.target}: ${tasksRun(running)}; the address is not there yet`;
    return { phase: 'progressing', reason: 'Provisioning', message, ready: running };
  }
  return { phase: 'ready', reason: 'Observed', message: `${key.target}: ${tasksRun(running)}`, ready: running };
}

/** A breaker that went back on its own runs something else than was told: this generation will not get there by itself. */
function isGivenUp({ service, stopped = [] }: Seen): Assessment | undefined {
  const marks = readMarks(fromWire(service.tags));
  const runs = shortName(service.taskDefinition ?? '');
  if (!storyOf(service, marks).gaveUp || runs === marks.definition) return undefined;
  const { reason, text } = fromTasks(stopped, startersOf(stopped)) ?? nothingTold;
  return { phase: 'failed', reason, message: `ECS went back to ${runs}: ${text}`, ready: 0 };
}

const nothingTold: Evidence = { reason: 'OperationFailed', text: 'tasks failed to start' };
const startersOf = (tasks: readonly Task[]): string[] => tasks.map(({ startedBy = '' }) => startedBy);

/** Waiting does not help against these; a crash may be bad luck once or twice. */
const hopeless: readonly ReportReason[] = ['CapacityExhausted', 'ImagePullFailed', 'Unauthorized', 'InvalidSpec'];
const patience = 3;

function assessUnfinished(key: DeploymentKey, seen: Seen): Assessment {
  const { desired, running } = countsOf(seen.service);
  const primary = primaryOf(seen.service);
  const done = primary?.rolloutState === 'COMPLETED';
  // While a rollout is on its way, a task that runs is not yet one that is healthy.
  const ready = done ? Math.min(running, desired) : 0;
  const { trouble, wasSteady } = storyOf(seen.service, readMarks(fromWire(seen.service.tags)));
  const evidence = causeOf(seen, primary, trouble);
  const counts = `${key.target}: ${running} of ${counted(desired, 'task')} ${running === 1 ? 'runs' : 'run'}`;
  const message = evidence === undefined ? counts : `${counts}: ${evidence.text}`;
  if (evidence !== undefined && isFinal(evidence, primary)) {
    return { phase: wasSteady ? 'degraded' : 'failed', reason: evidence.reason, message, ready };
  }
  if (wasSteady && done) return { phase: 'degraded', reason: reasonOf(evidence), message, ready };
  return { phase: 'progressing', reason: 'Provisioning', message, ready };
}

const reasonOf = (evidence: Evidence | undefined): ReportReason => evidence?.reason ?? 'Provisioning';

function causeOf(
  { stopped = [] }: Seen,
  primary: Deployment | undefined,
  trouble: Evidence | undefined,
): Evidence | undefined {
  const found = fromTasks(stopped, [primary?.id ?? '']) ?? trouble;
  if (primary?.rolloutState !== 'FAILED') return found;
  return found ?? { reason: 'OperationFailed', text: primary.rolloutStateReason ?? 'the rollout failed' };
}

function isFinal({ reason }: Evidence, primary: Deployment | undefined): boolean {
  if (hopeless.includes(reason) || primary?.rolloutState === 'FAILED') return true;
  return reason === 'CrashLooping' && (primary?.failedTasks ?? 0) >= patience;
}
