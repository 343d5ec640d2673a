import {
  isContainerApp,
  latestRevision,
  workloadId as appWorkload,
  type ContainerApp,
} from '../container-apps/model.ts';
import { isContainerGroup, workloadId as groupWorkload, type ContainerGroup } from '../container-groups/model.ts';
import type { ArmResource, AzureState } from '../state.ts';
import type { Size } from './catalogue.ts';

export interface MeasuredResource {
  /** The workload's id in the runner; empty for what runs nothing. */
  readonly workload: string;
  readonly size: Size;
}

const gib = 2 ** 30;

/** What Container Apps gives a container that asks for nothing. */
const defaultSize = { cores: 0.5, bytes: gib };

/** What runs behind a resource, and what its first container has: the one that runs here. */
export function measuredOf(resource: ArmResource): MeasuredResource {
  if (isContainerApp(resource)) return { workload: appWorkload(resource), size: appSize(resource) };
  if (isContainerGroup(resource)) return { workload: groupWorkload(resource), size: groupSize(resource) };
  return { workload: '', size: defaultSize };
}

function appSize(app: ContainerApp): Size {
  const [container] = latestRevision(app)?.template.containers ?? [];
  const { cpu = defaultSize.cores, memory } = container?.resources ?? {};
  return { cores: cpu, bytes: memory === undefined ? defaultSize.bytes : Number.parseFloat(memory) * gib };
}

function groupSize({ body }: ContainerGroup): Size {
  const requests = body.properties.containers[0]?.properties.resources?.requests;
  return requests === undefined ? defaultSize : { cores: requests.cpu, bytes: requests.memoryInGB * gib };
}

/** Everything that runs. */
export const measuredWorkloads = (state: AzureState): string[] =>
  state
    .resources({})
    .map((resource) => measuredOf(resource).workload)
    .filter((id) => id !== '');
