import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../domain/settings/index.ts';
import type { FunctionQueue } from '../dead-letters-sqs/index.ts';
import { requiredTo, type Environment } from '../required.ts';

export type { Environment };

/** A variable that the deployment should have set. @throws Error naming it. */
export const required = requiredTo('deploy the function with infra/aws');

/** The configuration as it was checked and resolved when the function was packaged. @throws Error naming the file. */
export function readSettings(environment: Environment): Settings {
  const file = join(required(environment, 'LAMBDA_TASK_ROOT'), 'homeostasis.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Settings;
  } catch (cause) {
    throw new Error(`${file} cannot be read: package the function with npm run package`, { cause });
  }
}

/** The queue that this function reads, and the one where what it could not handle ends. */
export function ownQueue(environment: Environment): FunctionQueue {
  return {
    queueUrl: required(environment, 'HOMEOSTASIS_QUEUE_URL'),
    deadLetterQueueUrl: required(environment, 'HOMEOSTASIS_DEAD_LETTER_QUEUE_URL'),
  };
}
