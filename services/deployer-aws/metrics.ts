import type { Service } from '@aws-sdk/client-ecs';
import type { MetricName, MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import type { MeasuredDeployment, MetricQuery, MetricSource } from '../../shared/ports/metric-source.ts';
import type { AwsApi, RegionApi } from './aws-api.ts';
import type { MetricQuestion, MinuteValues } from './cloudwatch-api.ts';
import { ingressFinder, type Ingress } from './ingress.ts';
import { namesOf } from './names.ts';
import { checkRegion, type AwsSettings } from './settings.ts';

/** ECS tells of ten services in one call, and a deployment may have either of two names. */
const describedAtOnce = 5;

/** Names of one ECS service and what stands in front of it. */
interface Standing {
  readonly deployment: MeasuredDeployment;
  readonly service: string;
  readonly ingress: Ingress | undefined;
}

/**
 * What CloudWatch measured. CPU and memory are percent of what the tasks reserve, one sample a minute per task, so that the number of
 * samples is the number of running tasks (Amazon ECS Developer Guide, "CloudWatch metrics"). Requests are counted by the balancer of
 * an Express service; a network balancer knows connections only, and of those services nothing is said about requests.
 */
export function createMetrics(api: AwsApi, settings: AwsSettings): MetricSource {
  const findIngress = ingressFinder();
  return {
    async collect({ region, deployments, from, to }: MetricQuery) {
      checkRegion(settings, region);
      const at = api.at(region);
      const standing = await findStanding(at, deployments, findIngress);
      const asked = standing.flatMap((each) =>
        questionsOf(each, settings.cluster).map((question) => ({ ...question, of: each })),
      );
      const answers = await at.cloudWatch.ask(
        asked.map(({ question }) => question),
        { from, to },
      );
      const series = asked.map(({ of, metric, scale }, index) =>
        seriesOf(of.deployment, metric, scaled(answers[index], scale)),
      );
      return withZeroErrors(series);
    },
  };
}

async function findStanding(
  api: RegionApi,
  deployments: readonly MeasuredDeployment[],
  findIngress: ReturnType<typeof ingressFinder>,
): Promise<Standing[]> {
  const standing: Standing[] = [];
  for (let start = 0; start < deployments.length; start += describedAtOnce) {
    const page = deployments.slice(start, start + describedAtOnce);
    const names = page.flatMap((each) => [namesOf(each).service, namesOf(each).express]);
    const services = (await api.ecs.services(names)) ?? [];
    const running = services.filter(({ status }) => status === 'ACTIVE' || status === 'DRAINING');
    for (const deployment of page) standing.push(...(await standingOf(api, deployment, { running, findIngress })));
  }
  return standing;
}

async function standingOf(
  api: RegionApi,
  deployment: MeasuredDeployment,
  { running, findIngress }: { running: readonly Service[]; findIngress: ReturnType<typeof ingressFinder> },
): Promise<readonly Standing[]> {
  const { service, express } = namesOf(deployment);
  // While a deployment changes its shape both stand; the Express service is the one that clients reach.
  const found = [express, service].flatMap((name) => running.find(({ serviceName }) => serviceName === name) ?? [])[0];
  if (found?.serviceName === undefined) return [];
  const isExpress = found.serviceName === express;
  const ingress = isExpress ? await findIngress(api.ecs, found.serviceArn ?? '') : undefined;
  return [{ deployment, service: found.serviceName, ingress }];
}

interface Question {
  readonly metric: MetricName;
  readonly question: MetricQuestion;
  readonly scale: number;
}

const percent = 0.01;

function questionsOf({ service, ingress }: Standing, cluster: string): Question[] {
  const ecs = { namespace: 'AWS/ECS', dimensions: { ClusterName: cluster, ServiceName: service } };
  const own: Question[] = [
    {
      metric: 'container.cpu.utilization',
      question: { ...ecs, name: 'CPUUtilization', statistic: 'Average' },
      scale: percent,
    },
    {
      metric: 'container.memory.utilization',
      question: { ...ecs, name: 'MemoryUtilization', statistic: 'Average' },
      scale: percent,
    },
    { metric: 'deployment.replicas', question: { ...ecs, name: 'CPUUtilization', statistic: 'SampleCount' }, scale: 1 },
  ];
  return ingress === undefined ? own : [...own, ...ingressQuestions(ingress)];
}

/** Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"; response times are in seconds. */
function ingressQuestions({ balancer, targetGroup }: Ingress): Question[] {
  const elb = { namespace: 'AWS/ApplicationELB', dimensions: { LoadBalancer: balancer, TargetGroup: targetGroup } };
  const count = (metric: MetricName, name: string): Question => ({
    metric,
    question: { ...elb, name, statistic: 'Sum' },
    scale: 1,
  });
  const time = (statistic: 'p50' | 'p95' | 'p99'): Question => ({
    metric: `http.server.request.duration.${statistic}`,
    question: { ...elb, name: 'TargetResponseTime', statistic },
    scale: 1,
  });
  return [
    count('http.server.request.count', 'RequestCount'),
    count('http.server.request.error.count', 'HTTPCode_Target_5XX_Count'),
    time('p50'),
    time('p95'),
    time('p99'),
  ];
}

function scaled(values: MinuteValues | undefined, scale: number): [number, number][] {
  return [...(values ?? [])].map(([at, value]) => [at, scale === 1 ? value : value * scale]);
}

const seriesOf = (
  { application, service, target }: MeasuredDeployment,
  metric: MetricName,
  points: [number, number][],
): MetricSeries => ({
  application,
  service,
  target,
  metric,
  points,
});

/** The balancer reports errors only in minutes that had any: where requests are known and errors are not, there were none. */
function withZeroErrors(series: readonly MetricSeries[]): MetricSeries[] {
  return series.map((each) => {
    if (each.metric !== 'http.server.request.error.count') return each;
    const requests = series.find((other) => other.metric === 'http.server.request.count' && isSame(other, each));
    const failed = new Map(each.points);
    const points = (requests?.points ?? []).map(([at]): [number, number] => [at, failed.get(at) ?? 0]);
    return { ...each, points };
  });
}

const isSame = (a: MeasuredDeployment, b: MeasuredDeployment): boolean =>
  a.application === b.application && a.service === b.service && a.target === b.target;
