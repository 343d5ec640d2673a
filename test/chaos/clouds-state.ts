/** What stands in the sandbox, in one language for three clouds. */
export interface Standing {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
  readonly id: string;
}

interface State {
  readonly resources: Readonly<Record<string, readonly Resource[]>>;
  readonly workloads: readonly { readonly id: string; readonly desired: number; readonly ready: number }[];
}

interface Resource {
  readonly type: string;
  readonly id: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What runs something; clusters, environments and resource groups are ground that stays. */
const running = new Set([
  'ecs:service',
  'Microsoft.App/containerApps',
  'Microsoft.ContainerInstance/containerGroups',
  'run.googleapis.com/Service',
  'run.googleapis.com/WorkerPool',
]);

/** May stay when nothing of ours runs any more. */
const ground = new Set(['ecs:cluster', 'Microsoft.App/managedEnvironments', 'Microsoft.Resources/resourceGroups']);

export async function stateOf(control: string) {
  const state = (await (await fetch(new URL('/state', control))).json()) as State;
  const resources = Object.entries(state.resources).flatMap(([cloud, each]) =>
    each.map((resource) => ({ cloud, ...resource })),
  );
  return {
    standing: resources.filter(({ type }) => running.has(type)).map(standing),
    /** Everything that is not ground: what has to be gone when the last application is. */
    left: resources.filter(({ type }) => !ground.has(type)).map(({ id }) => id),
    workloads: state.workloads,
  };
}

function standing({ cloud, id, region, tags }: Resource & { readonly cloud: string }): Standing {
  const tag = (name: string): string =>
    tags[`homeostasis:${name}`] ?? tags[`homeostasis-${name}`] ?? (name === 'target' ? '' : `no ${name}`);
  const target = tag('target') || `${cloud}/${region}/${tag('runtime')}`;
  return {
    application: tag('application'),
    service: tag('service'),
    target,
    generation: Number(tag('generation')),
    id,
  };
}
