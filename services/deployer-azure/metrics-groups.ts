import type { ContainerGroup } from '@azure/arm-containerinstance';
import type { MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import type { MeasuredDeployment } from '../../shared/ports/metric-source.ts';
import { inBatches, seriesFrom, type Asked, type Minutes } from './metrics-series.ts';
import { minutesOf } from './metrics-values.ts';
import { normaliseRegion } from './names.ts';
import { fromTags } from './tags.ts';

const namespace = 'Microsoft.ContainerInstance/containerGroups';
const gib = 2 ** 30;

interface Group {
  readonly id: string;
  readonly cores: number;
  readonly bytes: number;
}

interface Used extends Group {
  /** In thousandths of a core. */
  readonly cpu: Minutes;
  readonly memory: Minutes;
}

/** One call for up to fifty groups, and the list of those there are. Groups answer no requests that Azure would count. */
export async function groupSeries(asked: Asked, deployments: readonly MeasuredDeployment[]): Promise<MetricSeries[]> {
  if (deployments.length === 0) return [];
  const { api, query } = asked;
  const standing = (await api.groups.list()).filter(({ location }) => normaliseRegion(location ?? '') === query.region);
  const byDeployment = Map.groupBy(standing, (group) => {
    const { identity } = fromTags(group.tags);
    return identity === undefined ? '' : deploymentId(identity);
  });
  const groupsOf = (deployment: MeasuredDeployment): Group[] =>
    (byDeployment.get(deploymentId(deployment)) ?? []).flatMap(groupFrom);
  const used = new Map<string, Used>();
  for (const page of inBatches(deployments.flatMap(groupsOf))) {
    for (const each of await usedBy(asked, page)) used.set(each.id, each);
  }
  return deployments.flatMap((deployment) =>
    seriesOf(
      deployment,
      groupsOf(deployment).flatMap(({ id }) => used.get(id) ?? []),
    ),
  );
}

function groupFrom({ id, containers }: ContainerGroup): Group[] {
  const requests = containers.map(({ resources }) => resources?.requests);
  const cores = requests.reduce((sum, each) => sum + (each?.cpu ?? 0), 0);
  const bytes = requests.reduce((sum, each) => sum + (each?.memoryInGB ?? 0) * gib, 0);
  return id === undefined ? [] : [{ id, cores, bytes }];
}

async function usedBy({ monitor, query }: Asked, page: readonly Group[]): Promise<Used[]> {
  const answers = await monitor.batch({
    region: query.region,
    resources: page.map(({ id }) => id),
    namespace,
    metrics: ['CpuUsage', 'MemoryUsage'],
    aggregation: 'average',
    from: query.from,
    to: query.to,
  });
  return page.map((group) => {
    const metrics = answers.find(({ resource }) => resource.toLowerCase() === group.id.toLowerCase())?.metrics ?? [];
    return {
      ...group,
      cpu: minutesOf(metrics, 'CpuUsage', 'average'),
      memory: minutesOf(metrics, 'MemoryUsage', 'average'),
    };
  });
}

/** Of the groups that were measured in a minute: what they use of what they have, and how many they are. */
function seriesOf(of: MeasuredDeployment, groups: readonly Used[]): MetricSeries[] {
  const minutes = [...new Set(groups.flatMap(({ memory }) => [...memory.keys()]))];
  const each = (value: (measured: readonly Used[], at: number) => number | undefined): Minutes =>
    new Map(
      minutes.flatMap((at) => {
        const found = value(
          groups.filter(({ memory }) => memory.has(at)),
          at,
        );
        return found === undefined ? [] : [[at, found] as const];
      }),
    );
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const memory = (measured: readonly Used[], at: number): number =>
    total(measured.map((one) => one.memory.get(at) ?? 0));
  return [
    seriesFrom(
      of,
      'container.cpu.utilization',
      each((measured, at) => cpuShare(measured, at)),
    ),
    seriesFrom(
      of,
      'container.memory.utilization',
      each((measured, at) => share(memory(measured, at), total(measured.map(({ bytes }) => bytes)))),
    ),
    seriesFrom(
      of,
      'container.memory.usage',
      each((measured, at) => memory(measured, at) / measured.length),
    ),
    seriesFrom(
      of,
      'deployment.replicas',
      each((measured) => measured.length),
    ),
  ];
}

function cpuShare(groups: readonly Used[], at: number): number | undefined {
  const measured = groups.filter(({ cpu }) => cpu.has(at));
  const used = measured.reduce((sum, { cpu }) => sum + (cpu.get(at) ?? 0) / 1000, 0);
  return share(
    used,
    measured.reduce((sum, { cores }) => sum + cores, 0),
  );
}

const share = (used: number, had: number): number | undefined => (had > 0 ? used / had : undefined);
