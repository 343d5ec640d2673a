import { counted } from '../../shared/domain/counted.ts';
import type { Container, ContainerGroup } from '@azure/arm-containerinstance';
import type { Report, ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { reasonIn } from './failure.ts';
import { groupShape, portOf } from './group-shape.ts';
import { groupName } from './names.ts';
import { reportOf, type Finding } from './report.ts';
import { differences } from './shape.ts';
import { current, leftovers, type Standing } from './standing.ts';
import { fromTags, type FoundMarks } from './tags.ts';

/** State of a deployment's container groups to report; nothing stands when there is no current slot. Pure. */
export function observeGroups(asked: DeploymentKey, standing: Standing): Report | undefined {
  const now = current(standing);
  if (now === undefined) return undefined;
  const { marks, groups, slot } = now;
  const desired = marks.replicas ?? groups.length;
  const wanted = groups.filter(({ index }) => index < desired).map(({ group }) => group);
  const ready = wanted.filter((group) => isReady(group, marks)).length;
  const missing = Array.from({ length: desired }, (_, index) => groupName(standing.base, slot, index)).filter(
    (name) => !wanted.some((group) => group.name === name),
  );
  const drift = [
    ...missing.map((name) => `replicas: container group ${name} is missing`),
    ...groups.flatMap(({ group }) => groupDrift(group, marks)),
  ];
  const all = groups.map(({ group }) => group);
  const counts = { desired, ready, drift, resources: [...all, ...leftovers(standing)].map(({ id }) => id) };
  return reportOf(asked, marks, {
    ...counts,
    ...judge({ all, wanted, marks, desired, ready, missing: missing.length }),
  });
}

interface Sight {
  readonly all: readonly ContainerGroup[];
  readonly wanted: readonly ContainerGroup[];
  readonly marks: FoundMarks;
  readonly desired: number;
  readonly ready: number;
  readonly missing: number;
}

type Verdict = Pick<Finding, 'phase' | 'reason' | 'message' | 'endpoint'>;

function judge(sight: Sight): Verdict {
  const { all, desired, ready, missing } = sight;
  if (all.every(({ provisioningState }) => provisioningState === 'Deleting')) {
    return {
      phase: 'removing',
      reason: 'Removing',
      message: `${counted(all.length, 'container group')} being deleted`,
    };
  }
  if (desired === 0) return asleep(all);
  const reached = endpointOf(sight);
  const tally = `${ready} of ${counted(desired, 'container group')} ready${reached.note}`;
  const endpoint = reached.endpoint;
  if (ready === desired) return { phase: 'ready', reason: 'Observed', message: tally, endpoint };
  const bad = sight.wanted.map(troubleOf).find((one) => one !== undefined);
  if (bad !== undefined) {
    return { phase: ready > 0 ? 'degraded' : 'failed', ...bad, message: `${tally}; ${bad.message}`, endpoint };
  }
  // A group that was made and is gone again does not come back by itself; one that never was is still owed by the queue.
  if (missing > 0 && ready > 0) return { phase: 'degraded', reason: 'Unhealthy', message: tally, endpoint };
  return { phase: 'progressing', reason: 'Provisioning', message: tally, endpoint };
}

/** Scaled to zero is one stopped group: it costs nothing, and keeps generation and name. */
function asleep(groups: readonly ContainerGroup[]): Verdict {
  const stopped = groups.every(isStopped);
  return stopped
    ? { phase: 'ready', reason: 'Observed', message: 'scaled to zero: the one container group is stopped' }
    : {
        phase: 'progressing',
        reason: 'Provisioning',
        message: 'scaling to zero: the container group is being stopped',
      };
}

export const isStopped = ({ instanceView }: ContainerGroup): boolean => instanceView?.state === 'Stopped';

/**
 * A group of this generation whose containers run. Lists leave the instance view out; what was provisioned counts there. Container
 * Instances tells of a failing probe in words only.
 */
function isReady(group: ContainerGroup, marks: FoundMarks): boolean {
  const own = fromTags(group.tags);
  if (group.provisioningState !== 'Succeeded' || own.generation !== marks.generation) return false;
  if (group.instanceView === undefined) return true;
  return group.containers.every(({ instanceView: seen }) => {
    const { state, detailStatus = '' } = seen?.currentState ?? {};
    return state === 'Running' && reasonIn(detailStatus) === undefined;
  });
}

function troubleOf(group: ContainerGroup): { readonly reason: ReportReason; readonly message: string } | undefined {
  const said = saidBy(group);
  const reason = reasonIn(said);
  const where = `container group ${group.name ?? ''}`;
  if (group.provisioningState === 'Failed') {
    return {
      reason: reason ?? 'OperationFailed',
      message: `${where} failed: ${said === '' ? 'Azure gives no reason' : said}`,
    };
  }
  if (reason === 'ImagePullFailed' || reason === 'CrashLooping' || reason === 'CapacityExhausted') {
    return { reason, message: `${where}: ${said}` };
  }
  if (group.containers.some(isLooping)) {
    return { reason: 'CrashLooping', message: `${where} has restarted its container again and again: ${said}` };
  }
  return undefined;
}

const loopingRestarts = 3;

function isLooping({ instanceView }: Container): boolean {
  return (instanceView?.restartCount ?? 0) >= loopingRestarts && instanceView?.currentState?.state !== 'Running';
}

/** Warnings and states, newest last; "Normal" events (pulled, started) are not trouble, though their words look like it. */
function saidBy({ instanceView, containers }: ContainerGroup): string {
  const seen = containers.map((container) => container.instanceView);
  const states = seen
    .filter((one) => one?.currentState?.state !== 'Running')
    .map((one) => one?.currentState?.detailStatus);
  const events = [...(instanceView?.events ?? []), ...seen.flatMap((one) => one?.events ?? [])];
  const warnings = events.filter(({ type }) => type === 'Warning').map(({ message }) => message);
  return [...new Set([...states, ...warnings])].filter((one) => one !== undefined && one !== '').join('; ');
}

/**
 * Every group has an address of its own and nothing stands before them: the first ready one's is reported, the others are said to
 * be there.
 */
function endpointOf({ wanted, marks }: Sight): { readonly endpoint?: string; readonly note: string } {
  const port = portOf(marks.shape);
  const reached = wanted.filter((group) => isReady(group, marks) && hostOf(group) !== undefined);
  const host = reached[0] === undefined ? undefined : hostOf(reached[0]);
  if (port === undefined || host === undefined) return { note: '' };
  const scheme = port.protocol === 'TCP' ? 'tcp' : 'http';
  const note =
    reached.length > 1
      ? `; the endpoint is that of ${reached[0]?.name ?? ''}, the other ${reached.length - 1} have addresses of their own`
      : '';
  // The sandbox's hosts have a port in them; Azure's never have.
  return { endpoint: `${scheme}://${host.includes(':') ? host : `${host}:${port.port}`}`, note };
}

const hostOf = ({ ipAddress }: ContainerGroup): string | undefined => ipAddress?.fqdn ?? ipAddress?.ip;

export function groupDrift(group: ContainerGroup, marks: FoundMarks): string[] {
  const own = fromTags(group.tags);
  const name = group.name ?? '';
  const untagged = own.identity === undefined || own.generation === undefined;
  const shape = groupShape(group, portOf(own.shape)?.protocol);
  return [
    ...(untagged ? [`${name}: tags of the deployment are missing`] : []),
    ...(own.generation === marks.generation || untagged ? [] : [`${name}: generation ${own.generation} found`]),
    ...(marks.replicas === 0 ? [] : differences(own.shape, shape).map((line) => `${name}: ${line}`)),
  ];
}
