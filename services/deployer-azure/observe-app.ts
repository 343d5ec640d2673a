import type { ContainerApp, Replica, Revision } from '@azure/arm-appcontainers';
import type { Report, ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { appShape } from './app-shape.ts';
import { reasonIn } from './failure.ts';
import { reportOf, type Finding } from './report.ts';
import { differences } from './shape.ts';
import { fromTags, type FoundMarks } from './tags.ts';

/** A container app as read; replicas and revision are those of the latest revision, as far as they were asked for. */
export interface AppView {
  readonly app: ContainerApp;
  readonly replicas?: readonly Replica[];
  readonly revision?: Revision | undefined;
  readonly scheme: 'https' | 'http';
}

/** Restarts after which a container that does not run is said to loop: Azure's back-off is then at 40 s and grows. */
const loopingRestarts = 3;

/** State of a container app to report. Pure. */
export function observeApp(asked: DeploymentKey, view: AppView): Report {
  const { app } = view;
  const marks = fromTags(app.tags);
  const facts = countApp(view, marks);
  const drift = appDrift(app, marks);
  const name = `container app ${app.name ?? ''}`;
  const finding = { ...facts, drift, endpoint: endpointOf(view), resources: [app.id] };
  return reportOf(asked, marks, { ...finding, ...judge(view, facts, name) });
}

type Verdict = Pick<Finding, 'phase' | 'reason' | 'message'>;
type Counts = Pick<Finding, 'desired' | 'ready'>;

function judge(view: AppView, counts: Counts, name: string): Verdict {
  const { app } = view;
  switch (app.provisioningState) {
    case 'Deleting':
      return { phase: 'removing', reason: 'Removing', message: `${name} is being deleted` };
    case 'Failed':
    case 'Canceled':
      return failedOperation(view, name);
    case 'Succeeded':
      return provisioned(view, counts, name);
    default:
      return trouble(view, name) ?? { phase: 'progressing', reason: 'Provisioning', message: `${name} is being made` };
  }
}

function failedOperation({ app, revision, replicas = [] }: AppView, name: string): Verdict {
  const said = revision?.provisioningError ?? replicas.map(detailsOf).join('; ');
  const reason: ReportReason = reasonIn(said) ?? 'OperationFailed';
  const detail = said === '' ? 'see the activity log of the resource' : said;
  return { phase: 'failed', reason, message: `${name}: provisioning ${app.provisioningState ?? ''}: ${detail}` };
}

function provisioned(view: AppView, { desired, ready }: Counts, name: string): Verdict {
  const message = `${name}: ${ready} of ${desired} replicas ready`;
  const settled = desired === 0 || wasReady(view.app);
  if (ready >= desired && settled && addressed(view.app)) return { phase: 'ready', reason: 'Observed', message };
  const known = trouble(view, name);
  // What has served before serves with fewer replicas now; what never has will not begin to.
  if (wasReady(view.app)) return { reason: 'Unhealthy', message, ...known, phase: 'degraded' };
  if (known !== undefined) return known;
  const unhealthy = view.revision?.healthState === 'Unhealthy';
  return { phase: 'progressing', reason: unhealthy ? 'Unhealthy' : 'Provisioning', message };
}

/** In single revision mode the latest revision takes over when it is ready, and stays "latest ready" when it weakens later. */
const wasReady = ({ latestRevisionName, latestReadyRevisionName }: ContainerApp): boolean =>
  latestRevisionName !== undefined && latestRevisionName === latestReadyRevisionName;

const addressed = ({ configuration }: ContainerApp): boolean =>
  configuration?.ingress == null || (configuration.ingress.fqdn ?? '') !== '';

/** A replica that will not come up by itself. */
function trouble({ replicas = [] }: AppView, name: string): Verdict | undefined {
  for (const replica of replicas) {
    const reason = replicaTrouble(replica);
    if (reason !== undefined) {
      return { phase: 'failed', reason, message: `${name}, replica ${replica.name ?? ''}: ${detailsOf(replica)}` };
    }
  }
  return undefined;
}

function replicaTrouble(replica: Replica): ReportReason | undefined {
  if (isReady(replica)) return undefined;
  const said = reasonIn(detailsOf(replica));
  if (said === 'ImagePullFailed' || said === 'CrashLooping') return said;
  const looping = (replica.containers ?? []).some(
    ({ restartCount = 0, runningState }) => restartCount >= loopingRestarts && runningState !== 'Running',
  );
  return looping ? 'CrashLooping' : undefined;
}

const detailsOf = (replica: Replica): string =>
  [replica.runningStateDetails, ...(replica.containers ?? []).map(({ runningStateDetails }) => runningStateDetails)]
    .filter((one) => one !== undefined && one !== '')
    .join('; ');

const isReady = ({ containers = [] }: Replica): boolean =>
  containers.length > 0 && containers.every(({ ready }) => ready === true);

/**
 * Without a list of replicas (sweeps read apps only) a revision that has become ready counts in full.
 */
function countApp({ app, replicas }: AppView, marks: FoundMarks): Counts {
  const desired = marks.replicas ?? app.template?.scale?.minReplicas ?? 0;
  if (replicas !== undefined) return { desired, ready: replicas.filter(isReady).length };
  return { desired, ready: app.provisioningState === 'Succeeded' && wasReady(app) ? desired : 0 };
}

/** The sandbox's host has a port in it; Azure's never has. */
function endpointOf({ app, scheme }: AppView): string | undefined {
  const host = app.configuration?.ingress?.fqdn;
  return host === undefined || host === '' ? undefined : `${scheme}://${host}`;
}

function scaleDrift({ template }: ContainerApp, { replicas }: FoundMarks): string[] {
  if (replicas === undefined) return [];
  // The service says null for what is at its default.
  const [least, most] = [template?.scale?.minReplicas ?? 0, template?.scale?.maxReplicas ?? 10];
  const as = least === replicas && most === Math.max(1, replicas);
  return as ? [] : [`replicas: ${least} to ${most} found, ${replicas} commanded`];
}

export function appDrift(app: ContainerApp, marks: FoundMarks): string[] {
  return [
    ...(marks.identity === undefined || marks.generation === undefined ? ['tags of the deployment are missing'] : []),
    ...scaleDrift(app, marks),
    ...differences(marks.shape, appShape(app)),
  ];
}
