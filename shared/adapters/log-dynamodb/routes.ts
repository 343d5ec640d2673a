import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { toBusEvent, type EventPattern } from '../../contracts/event-pattern.ts';
import { compilePatterns } from '../event-pattern/index.ts';
import type { LogRoutes } from './replay.ts';

/** A consumer and what it reads, as the rule in front of its function's queue selects it. */
export interface DeployedConsumer {
  readonly consumer: string;
  readonly pattern: EventPattern;
}

/** @throws InvalidPattern */
export function routesOf(deployed: readonly DeployedConsumer[]): LogRoutes {
  const names = deployed.map(({ consumer }) => consumer);
  const matcher = compilePatterns(deployed.map(({ consumer, pattern }) => ({ id: consumer, pattern })));
  return { consumers: () => names, match: (event) => matcher.match(toBusEvent(event)) };
}

/**
 * The consumers that were deployed with a function, from `consumers.json` in its bundle: a list of name and pattern.
 * @throws Error naming the file
 */
export function readRoutes(folder: string): LogRoutes {
  const file = join(folder, 'consumers.json');
  try {
    return routesOf(JSON.parse(readFileSync(file, 'utf8')) as readonly DeployedConsumer[]);
  } catch (cause) {
    throw new Error(`${file} does not list the consumers: package the function with npm run package`, { cause });
  }
}
