import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Stage } from '../check.ts';
import { credentials } from '../moto-clients.ts';
import type { HubFunctions } from './functions.ts';
import { region } from './synthesise.ts';
import { referencesIn, type Properties, type Template } from './template-for-moto.ts';

export interface Schedules {
  /** What the schedule does, now. @param name as in the template, without the hub's: `outbox-sweep`, `reconcile` */
  fire(name: string): Promise<void>;
  readonly names: readonly string[];
}

export interface SchedulesOptions {
  readonly template: Template;
  readonly endpoint: string;
  readonly functions: Pick<HubFunctions, 'invoke'>;
}

interface Target {
  readonly Arn: unknown;
  readonly Input?: string;
  readonly EventBridgeParameters?: { readonly DetailType: string; readonly Source: string };
}

/** Does what EventBridge Scheduler does with the schedules of the template, once a minute each, and makes its group in moto. */
export async function runSchedules(
  stage: Stage,
  { template, endpoint, functions }: SchedulesOptions,
): Promise<Schedules> {
  const scheduler = new SchedulerClient({ endpoint, region, credentials });
  const bridge = new EventBridgeClient({ endpoint, region, credentials });
  const of = (type: string): readonly Properties[] =>
    Object.values(template.Resources).flatMap(({ Type, Properties = {} }) => (Type === type ? [Properties] : []));
  for (const { Name } of of('AWS::Scheduler::ScheduleGroup')) {
    await scheduler.send(new CreateScheduleGroupCommand({ Name: String(Name) }));
  }
  const schedules = new Map(of('AWS::Scheduler::Schedule').map((each) => [shortName(each), each['Target'] as Target]));

  async function fire(name: string): Promise<void> {
    const target = schedules.get(name);
    if (target === undefined) throw new Error(`the template has no schedule ${name}`);
    const { Arn, Input = '{}', EventBridgeParameters: event } = target;
    const input = Input.replaceAll('<aws.scheduler.execution-id>', randomUUID()).replaceAll(
      '<aws.scheduler.scheduled-time>',
      new Date().toISOString(),
    );
    if (event === undefined) {
      await functions.invoke(functionOf(template, Arn), JSON.parse(input));
      return;
    }
    const Entries = [{ EventBusName: 'homeostasis', ...event, Detail: input }];
    const { FailedEntryCount } = await bridge.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount !== 0) throw new Error(`moto's bus did not take what the schedule ${name} says`);
  }

  const everyMinute = setInterval(() => {
    for (const name of schedules.keys())
      fire(name).catch((error: Error) => stage.log(`schedule ${name}: ${error.message}\n`));
  }, 60_000);
  stage.defer(() => {
    clearInterval(everyMinute);
    scheduler.destroy();
    bridge.destroy();
  });
  return { fire, names: [...schedules.keys()] };
}

const shortName = ({ Name }: Properties): string => String(Name).replace(/^homeostasis-/, '');

function functionOf({ Resources }: Template, arn: unknown): string {
  const properties = referencesIn(arn).map((id) => Resources[id]?.Properties);
  return String(properties[0]?.['FunctionName']).replace(/^homeostasis-/, '');
}
