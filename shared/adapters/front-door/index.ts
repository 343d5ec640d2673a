import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../ports/event-log.ts';
import type { Logger } from '../../ports/logger.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import { createDeadLetters } from '../dead-letters-sqs/index.ts';
import { createS3Documents } from '../documents-s3/index.ts';
import { required, type Environment } from '../lambda/environment.ts';
import { activeOf } from '../lambda/hub-lease.ts';
import { createDynamoLog } from '../log-dynamodb/index.ts';
import { readRoutes } from '../log-dynamodb/routes.ts';
import { createDynamoStore } from '../store-dynamodb/index.ts';
import { acceptingFrom } from './accept.ts';
import { depthOf, type Depth } from './depth.ts';
import { createRecent, type Turn } from './recent.ts';
import { replayToQueues, type Queues } from './replay-to-queues.ts';

/** What the hub's front door stands on. */
export interface FrontDoor {
  readonly bus: Pick<EventBus, 'publish'>;
  /** Records of a service, to be shown: up to a second behind. */
  recordsOf(owner: string): RecordStore;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  depth(): Promise<Depth>;
  /** What was accepted of an application a moment ago, and may be in no log yet. */
  recent(application: string): Promise<Turn | undefined>;
  /** Where there is a standby hub. @throws NotTheActiveHub; LeaseStoreUnavailable */
  active?(): Promise<unknown>;
}

/** @throws Error naming the variable or the file that is missing. */
export function frontDoorFrom(
  environment: Environment,
  { clock, logger }: { clock: Clock; logger: Logger },
): FrontDoor {
  const table = required(environment, 'HOMEOSTASIS_TABLE');
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const queues = queuesFrom(environment);
  const client = new DynamoDBClient({});
  const sqs = new SQSClient({});
  const recent = createRecent({ client, table, clock });
  const { publish, lease } = acceptingFrom(environment, { client, clock, logger, recent });
  return {
    bus: { publish },
    recent: (application) => recent.of(application),
    ...activeOf(lease),
    recordsOf: (owner) => createDynamoStore({ client, table, owner, clock, reads: 'eventual' }),
    documents: createS3Documents({ client: new S3Client({}), bucket }),
    log: createDynamoLog({
      client,
      table,
      logger,
      routes: readRoutes(required(environment, 'LAMBDA_TASK_ROOT')),
      replayTo: replayToQueues(sqs, queues),
    }),
    deadLetters: createDeadLetters({ client: sqs, queues, clock }),
    depth: () => depthOf(sqs, queues),
  };
}

function queuesFrom(environment: Environment): Queues {
  const name = 'HOMEOSTASIS_QUEUES';
  try {
    return JSON.parse(required(environment, name)) as Queues;
  } catch (cause) {
    throw new Error(`${name} does not hold queues in JSON: deploy the function with infra/aws`, { cause });
  }
}
