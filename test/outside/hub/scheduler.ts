import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { healthChanged } from '../../../shared/contracts/health-changed.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import { eventually, same } from '../check.ts';
import { credentials } from '../moto-clients.ts';
import { sayInside } from './bus.ts';
import type { Scene } from './dead-letters.ts';
import { readmitAfterSeconds } from './hub.ts';
import { queueUrl } from './stack.ts';
import { region } from './synthesise.ts';

interface Incident {
  readonly scope: string;
  readonly status: string;
}

/** Nothing of the shop's is there. */
const scope = 'aws/ap-southeast-2';

/**
 * A region that was down is used again twenty minutes after it is well: more than a queue can wait, so EventBridge Scheduler does. The
 * schedule is fired as Scheduler would fire it, and the function that it reaches has the clock of that time.
 */
export async function schedulerWaits({ stage, hub, user, expect }: Scene): Promise<void> {
  const clients = { endpoint: hub.moto, region, credentials };
  const [scheduler, sqs] = [new SchedulerClient(clients), new SQSClient(clients)];
  stage.defer(() => [scheduler, sqs].forEach((client) => client.destroy()));
  const incident = (status: string) =>
    eventually(stage, 120, async () => {
      const { incidents } = await user.read<{ readonly incidents: readonly Incident[] }>('/v1/incidents');
      same(
        incidents.filter((each) => each.scope === scope).map((each) => each.status),
        [status],
        'incidents',
      );
    });
  const say = (status: 'healthy' | 'unreachable', time: string) =>
    sayInside(hub, {
      ...{ type: healthChanged.type, by: 'monitor', subject: scope, time },
      data: { scope, status, previous: 'healthy', evidence: ['shop/web: CloudUnreachable'], since: time },
    });
  const variables = hub.stack.functions.find(({ name }) => name === 'outbox')?.environment ?? {};
  const GroupName = variables['HOMEOSTASIS_SCHEDULE_GROUP'];
  let found: Awaited<ReturnType<typeof firstSchedule>> | undefined;
  const firstSchedule = async () => {
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName }));
    if (Schedules.length !== 1) throw new Error(`there are ${Schedules.length} schedules in ${GroupName}`);
    return scheduler.send(new GetScheduleCommand({ GroupName, Name: Schedules[0]?.Name ?? '' }));
  };
  const well = Date.now();
  await expect(
    'what is due in twenty minutes is a schedule, a minute before, that ends in the delay queue',
    async () => {
      await say('unreachable', toTime(well - 60_000));
      await incident('open');
      await say('healthy', toTime(well));
      found = await eventually(stage, 120, firstSchedule);
      const dueAt = well + readmitAfterSeconds * 1000;
      const { ScheduleExpression, ScheduleExpressionTimezone, ActionAfterCompletion, FlexibleTimeWindow, Target } =
        found;
      same(
        [ScheduleExpression, ScheduleExpressionTimezone, ActionAfterCompletion, FlexibleTimeWindow?.Mode],
        [`at(${toTime(dueAt - 60_000).slice(0, 19)})`, 'UTC', 'DELETE', 'OFF'],
        'when',
      );
      const { HOMEOSTASIS_DELAY_QUEUE_ARN: queue, HOMEOSTASIS_SCHEDULER_ROLE_ARN: role } = variables;
      same([Target?.Arn, Target?.RoleArn], [queue, role], 'where, and as whom');
      await incident('open');
    },
  );
  await expect('fired, it is let through when it is due, and the region is used again', async () => {
    if (found === undefined) throw new Error('there is no schedule to fire');
    const { Name, Target } = found;
    // A little more than is left: the time until it is read passes too.
    hub.functions.setTime('delayed', { aheadMs: readmitAfterSeconds * 1000 });
    await scheduler.send(new DeleteScheduleCommand({ GroupName, Name }));
    const QueueUrl = queueUrl(hub.moto, Target?.Arn?.split(':').at(-1) ?? '');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Target?.Input }));
    await incident('resolved');
    hub.functions.setTime('delayed', {});
  });
}
