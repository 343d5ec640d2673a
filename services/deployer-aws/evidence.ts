import type { Service, Task } from '@aws-sdk/client-ecs';
import type { ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { Marks } from './tags.ts';

/**
 * Why a service does not get well. ECS refuses nothing when it accepts a service: capacity, images, secrets and crashes show up
 * afterwards, as service events and as reasons of stopped tasks, in words. Sources: Amazon ECS Developer Guide, "Service event
 * messages" and "Stopped tasks error messages".
 */
export interface Evidence {
  readonly reason: ReportReason;
  readonly text: string;
}

/** First match wins: a pull that fails for lack of rights is about rights. */
const phrases: readonly (readonly [RegExp, ReportReason])[] = [
  [/unable to assume the role|AccessDenied|not authorized to perform/i, 'Unauthorized'],
  [
    /can't find the specified secret|(secret|parameter)s? .*(not found|invalid)|ResourceNotFoundException/i,
    'InvalidSpec',
  ],
  [/CannotPull|pull image|ErrImagePull|manifest .*(unknown|not found)|failed to resolve ref/i, 'ImagePullFailed'],
  [
    /unable to place a task|Capacity is unavailable|reached the limit on the number of|insufficient (CPU|memory)|RESOURCE:|No Container Instances/i,
    'CapacityExhausted',
  ],
  [/failed (ELB|container) health checks|health checks? failed|is unhealthy in/i, 'Unhealthy'],
  [/Essential container in task exited|OutOfMemory|CannotStartContainer|unable to consistently start/i, 'CrashLooping'],
  [/tasks failed to start|ResourceInitializationError|TaskFailedToStart|unable to start a task/i, 'OperationFailed'],
];

export const reasonIn = (text: string): ReportReason | undefined => phrases.find(([words]) => words.test(text))?.[1];

const steady = /has reached a steady state/;
const givenUp = /deployment failed|rolling back/;

/** `(service shop-web-1a2b)` and task ids say nothing to a person and change with every event. */
const readable = (text: string) =>
  text
    .replace(/^\(service [^)]*\) /, '')
    .replace(/\((task|instance|container-instance) [0-9a-z-]+\)/g, '($1)')
    .trim();

export interface Story {
  /** What went wrong last and was not followed by a steady state. */
  readonly trouble: Evidence | undefined;
  /** The service was steady at some time since it was told its present generation. */
  readonly wasSteady: boolean;
  /** ECS gave a rollout of this generation up. */
  readonly gaveUp: boolean;
}

/** What the service's events say of its present generation: newest first, down to the one that was known when it was told. */
export function storyOf({ events = [] }: Service, { seenEvent }: Marks): Story {
  const known = events.findIndex(({ id }) => id === seenEvent);
  const texts = (known < 0 ? events : events.slice(0, known)).map(({ message = '' }) => message);
  const calm = texts.findIndex((text) => steady.test(text));
  const open = calm < 0 ? texts : texts.slice(0, calm);
  const told = open.flatMap((text): Evidence[] => {
    const reason = reasonIn(text);
    return reason === undefined ? [] : [{ reason, text: readable(text) }];
  });
  return { trouble: strongest(told), wasSteady: calm >= 0, gaveUp: texts.some((text) => givenUp.test(text)) };
}

/** What names a cause tells more than what only says that nothing came of it. */
const strongest = (found: readonly Evidence[]): Evidence | undefined =>
  found.find(({ reason }) => reason !== 'OperationFailed') ?? found[0];

/** Why tasks of these deployments stopped. Tasks that ECS stopped on purpose are no evidence. */
export function fromTasks(tasks: readonly Task[], deployments: readonly string[]): Evidence | undefined {
  const told = tasks
    .filter(({ startedBy = '' }) => deployments.includes(startedBy))
    .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
    .flatMap((task): Evidence[] => {
      const reasons = (task.containers ?? []).flatMap(({ reason, exitCode }) => [
        reason ?? '',
        exitCode === undefined || exitCode === 0 ? '' : `exit code ${exitCode}`,
      ]);
      const text = [...new Set([task.stoppedReason ?? '', ...reasons])].filter((part) => part !== '').join('; ');
      const reason = reasonIn(text);
      return reason === undefined ? [] : [{ reason, text: readable(text) }];
    });
  return strongest(told);
}
