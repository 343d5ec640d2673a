import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventLog } from '../../ports/event-log.ts';
import { silentLogger, type Logger } from '../../ports/logger.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import { followLog } from './follow.ts';
import { readLog } from './read.ts';
import { replay, type LogRoutes, type ReplayTo } from './replay.ts';

export { appendToLog, type AppendOptions } from './append.ts';
export type { LogRoutes, ReplayTo } from './replay.ts';
export { readRoutes, routesOf, type DeployedConsumer } from './routes.ts';

export interface DynamoLogOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Who may be replayed to, and what goes to whom. */
  readonly routes: LogRoutes;
  readonly replayTo: ReplayTo;
  /** How often a follower asks for what has come; default 1,000. */
  readonly followEveryMs?: number;
  readonly timer?: Timer;
  readonly logger?: Logger;
}

/**
 * The hub's event log, as the event-log function writes it with `appendToLog`. An event is in it when it has come over the bus: a
 * moment after it was published.
 *
 * @throws StoreUnavailable from each method (try again), beside what the port names.
 * @example
 * const log = createDynamoLog({ client: new DynamoDBClient(), table: 'homeostasis', routes, replayTo: sendToQueueOf });
 */
export function createDynamoLog(options: DynamoLogOptions): EventLog {
  const { timer = systemTimer, followEveryMs = 1000, logger = silentLogger } = options;
  return {
    read: (query) => readLog(options, query),
    replay: (request) => replay(request, options),
    follow: (listener) => followLog(options, listener, { timer, everyMs: followEveryMs, logger }),
  };
}
