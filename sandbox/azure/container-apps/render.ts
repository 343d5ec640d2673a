import { createHash } from 'node:crypto';
import type { WorkloadStatus } from '../../core/types.ts';
import { replicasOf } from '../resource-path.ts';
import { displayName } from '../regions.ts';
import { systemData } from '../state.ts';
import { filled, given } from '../given.ts';
import { environmentOf, latestRevision, type Configuration, type ContainerApp, type Template } from './model.ts';
import { ephemeralStorage, resourcesOf } from './resources.ts';

/** A container app as `GET` shows it: secrets without values, defaults filled in, addresses from the running workload. */
export function renderApp(app: ContainerApp, status: WorkloadStatus | undefined): Record<string, unknown> {
  const { managedBy, kind, identity = { type: 'None' } } = app.body;
  return {
    id: app.id.replace('/containerApps/', '/containerapps/'),
    name: app.name,
    type: app.type,
    // Microsoft.App answers with the display name, whatever spelling it was given.
    location: displayName(app.region),
    systemData: systemData(app),
    identity,
    ...given({ tags: filled(app.tags), managedBy, kind }),
    properties: renderProperties(app, status),
  };
}

function renderProperties(app: ContainerApp, status: WorkloadStatus | undefined): Record<string, unknown> {
  const { configuration = {}, template = {}, workloadProfileName } = app.body.properties ?? {};
  const environment = environmentOf(app.body) ?? '';
  return {
    provisioningState: app.provisioningState,
    runningStatus: runningStatus(app, status),
    managedEnvironmentId: environment,
    environmentId: environment,
    ...given({
      workloadProfileName,
      latestRevisionName: latestRevision(app)?.name,
      latestReadyRevisionName: app.latestReady,
      latestRevisionFqdn: status?.address,
    }),
    customDomainVerificationId: createHash('sha256').update(app.subscription).digest('hex').toUpperCase(),
    outboundIpAddresses: ['127.0.0.1'],
    configuration: renderConfiguration(configuration, status),
    template: renderTemplate(template),
  };
}

function runningStatus(app: ContainerApp, status: WorkloadStatus | undefined): string {
  if (app.stopped) return 'Stopped';
  if (app.provisioningState === 'InProgress') return 'Progressing';
  return status && status.ready > 0 ? 'Running' : 'Ready';
}

function renderConfiguration(
  configuration: Configuration,
  status: WorkloadStatus | undefined,
): Record<string, unknown> {
  const { ingress, secrets, ...rest } = configuration;
  return {
    activeRevisionsMode: 'Single',
    maxInactiveRevisions: 100,
    ...rest,
    ...given({
      secrets: secrets?.map(({ value: _hidden, ...shown }) => shown),
      ingress: ingress && { ...ingressDefaults, ...ingress, ...given({ fqdn: status?.address }) },
    }),
  };
}

const ingressDefaults = {
  external: false,
  transport: 'Auto',
  allowInsecure: false,
  traffic: [{ latestRevision: true, weight: 100 }],
};

/** Fills in what the service fills in: resources with their storage, and the scale limits. */
export function renderTemplate(template: Template): Record<string, unknown> {
  return {
    ...template,
    containers: (template.containers ?? []).map((container) => {
      const resources = resourcesOf(container);
      return { ...container, resources: { ...resources, ephemeralStorage: ephemeralStorage(resources.cpu) } };
    }),
    scale: { minReplicas: 0, maxReplicas: 10, cooldownPeriod: 300, pollingInterval: 30, ...template.scale },
  };
}

/** Replicas of one revision that answer. */
export const readyOf = (status: WorkloadStatus | undefined, revision: string): number =>
  replicasOf(status, revision).filter((replica) => replica.state === 'ready').length;
