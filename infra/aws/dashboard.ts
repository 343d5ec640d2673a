import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Alarms, AlarmsProps, Watched } from './alarms.ts';
import { standbyMetrics } from './standby-metrics.ts';

const { AlarmStatusWidget, GraphWidget, Metric, Row } = cloudwatch;
const half = { width: 12, height: 6 } as const;

/** What the person who was woken looks at first: alarms, what waits, what failed, how long it takes. */
export function addDashboard(
  scope: Construct,
  hub: string,
  { alarms, watched, standby }: { alarms: Alarms } & Pick<AlarmsProps, 'watched' | 'standby'>,
): void {
  const queues = watched.flatMap(({ fn, queue }) =>
    queue === undefined ? [] : [{ name: fn.name, ...queuesOf(queue) }],
  );
  const board = new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: hub,
    defaultInterval: Duration.hours(3),
  });
  board.addWidgets(
    new Row(new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 4, alarms: alarms.all })),
    new Row(
      new GraphWidget({
        ...half,
        title: 'Waiting',
        left: queues.map(({ name, queue }) => queue.metricApproximateNumberOfMessagesVisible({ label: name })),
      }),
      new GraphWidget({
        ...half,
        title: 'Oldest (s)',
        left: queues.map(({ name, queue }) =>
          queue.metricApproximateAgeOfOldestMessage({ label: name, statistic: 'Maximum' }),
        ),
      }),
    ),
    new Row(
      new GraphWidget({
        ...half,
        title: 'Dead letters',
        left: queues.map(({ name, deadLetters }) =>
          deadLetters.metricApproximateNumberOfMessagesVisible({ label: name, statistic: 'Maximum' }),
        ),
      }),
      new GraphWidget({
        ...half,
        title: 'Errors',
        left: watched.map(({ fn }) => fn.lambda.metricErrors({ label: fn.name })),
      }),
    ),
    new Row(
      new GraphWidget({
        ...half,
        title: 'Invocation (ms, p95)',
        left: watched.map(({ fn }) => fn.lambda.metricDuration({ label: fn.name, statistic: 'p95' })),
      }),
      new GraphWidget({
        ...half,
        title: 'Outbox lag (s)',
        left: [
          new Metric({
            namespace: 'Homeostasis',
            metricName: 'OutboxLagSeconds',
            dimensionsMap: { service: 'outbox' },
            statistic: 'Maximum',
          }),
        ],
      }),
    ),
    ...(standby === undefined ? [] : standbyRows(standby)),
  );
}

/** Who is active, and whether the other hub could go on where this one stops. */
function standbyRows(standby: NonNullable<AlarmsProps['standby']>): cloudwatch.Row[] {
  const { takeovers, looks, behind, stranded } = standbyMetrics(standby);
  const graph = (title: string, ...left: cloudwatch.IMetric[]) => new GraphWidget({ ...half, title, left });
  return [
    new Row(graph('Lease: looks in a minute', looks), graph('Lease: takeovers', takeovers)),
    new Row(graph('Follower: behind (ms)', behind), graph('Follower: stranded items', stranded)),
  ];
}

const queuesOf = ({ queue, deadLetters }: NonNullable<Watched['queue']>) => ({ queue, deadLetters });
