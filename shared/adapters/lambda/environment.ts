import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../domain/settings/index.ts';
import type { FunctionQueue } from '../dead-letters-sqs/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that the deployment should have set. @throws Error naming it. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new Error(`the environment variable ${name} is not set: deploy the function with infra/aws`);
}

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
