import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { containerOf, type WorkloadPort } from './container.ts';
import { summarize } from './drift.ts';
import type { Resource } from './gcp-api.ts';
import { resourceId, resourceName, type Place } from './names.ts';
import type { ResolvedSettings } from './settings.ts';
import { annotationKeys, tagsFor } from './tags.ts';

const environments = { gen1: 'EXECUTION_ENVIRONMENT_GEN1', gen2: 'EXECUTION_ENVIRONMENT_GEN2' } as const;

/**
 * What to ask Cloud Run for: a Service for a workload with a port, a WorkerPool for one without.
 *
 * Instances are counted by hand (`scalingMode: MANUAL`) on both: `replicas` of them, without a new revision when only the number
 * changes, and none at all for 0. Between a minimum and a maximum of zero and N the API would tell nobody how many there are; the bill
 * is the same as for N minimum instances (cloud.google.com/run/docs/configuring/services/manual-scaling). Spot does not exist here:
 * it is permission, not a demand, so such a workload runs on ordinary instances.
 * @throws InvalidSpec for what Cloud Run does not have: TCP, several ports, volumes.
 */
export function plan(command: ApplyCommand, settings: ResolvedSettings, place: Place): Resource {
  const { workload } = command;
  const port = portOf(command);
  refuseVolumes(command);
  const tags = tagsFor(command, command.specHash);
  const hints = workload.hints.gcp;
  const serviceAccount = hints?.serviceAccount ?? settings.serviceAccount;
  const common = {
    name: resourceName(port === undefined ? 'workerPool' : 'service', place, resourceId(command)),
    labels: tags.labels,
    annotations: tags.annotations,
  };
  const template = {
    containers: [containerOf(workload, port, settings)],
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
  if (port === undefined) {
    const scaling = { manualInstanceCount: workload.replicas };
    return withSummary({ kind: 'workerPool', body: { ...common, template, scaling } });
  }
  const generation = hints?.executionEnvironment;
  return withSummary({
    kind: 'service',
    body: {
      ...common,
      template: { ...template, ...(generation ? { executionEnvironment: environments[generation] } : {}) },
      scaling: { scalingMode: 'MANUAL', manualInstanceCount: workload.replicas },
      ingress: 'INGRESS_TRAFFIC_ALL',
      invokerIamDisabled: settings.public,
      traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    },
  });
}

/** The resource carries what was asked for, so that observing it can tell what somebody else changed. */
function withSummary(resource: Resource): Resource {
  const planned = { [annotationKeys.planned]: JSON.stringify(summarize(resource)) };
  const annotations = { ...resource.body.annotations, ...planned };
  return resource.kind === 'service'
    ? { kind: 'service', body: { ...resource.body, annotations } }
    : { kind: 'workerPool', body: { ...resource.body, annotations } };
}

function portOf(command: ApplyCommand): WorkloadPort | undefined {
  const { ports } = command.workload;
  const [port, second] = ports;
  const tcp = ports.find(({ protocol }) => protocol === 'TCP');
  if (tcp !== undefined) {
    throw refusal(
      command,
      `port ${tcp.name} is TCP, and Cloud Run serves HTTP and gRPC only: place it on another runtime`,
    );
  }
  if (second !== undefined) {
    const names = ports.map(({ name }) => name).join(', ');
    throw refusal(
      command,
      `it has the ports ${names}, and Cloud Run exposes exactly one: keep one, or split the service`,
    );
  }
  return port;
}

function refuseVolumes(command: ApplyCommand): void {
  const [volume] = command.workload.volumes;
  if (volume === undefined) return;
  throw refusal(command, `volume ${volume.name} would be lost with its instance: Cloud Run keeps no disk of its own`);
}

const refusal = ({ application, service, target }: ApplyCommand, why: string): InvalidSpec =>
  new InvalidSpec(`${application}/${service} cannot run on ${target}: ${why}`);
