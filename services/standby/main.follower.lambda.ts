import middy from '@middy/core';
import {
  createTelemetry,
  once,
  type Environment,
  type HubLease,
  type Telemetry,
} from '../../shared/adapters/lambda/index.ts';
import {
  admitAll,
  imageOf,
  ownLeaseFrom,
  readHistory,
  standbyTablesFrom,
  type StandbyTables,
} from '../../shared/adapters/standby-dynamodb/index.ts';
import { identityOf, journalKey } from '../../shared/adapters/store-dynamodb/index.ts';
import { follow, recordsIn, type StreamResponse } from './follow.ts';

type FollowerFunction = (event: unknown, context?: object) => Promise<StreamResponse>;

export interface FollowerFunctionPorts {
  readonly tables: StandbyTables;
  /** This region's register, as it was read a moment ago at most. */
  readonly register: Pick<HubLease, 'lease'>;
  readonly telemetry: Pick<Telemetry, 'logger' | 'measure' | 'flush'>;
}

/** The function as Lambda calls it: with a batch of the replica's stream. */
export function createHandler({ tables, register, telemetry }: FollowerFunctionPorts): FollowerFunction {
  const { logger, measure } = telemetry;
  const lambda = middy(async (event: unknown) =>
    follow(recordsIn(event), imageOf, {
      context: { now: tables.clock.now(), identityOf, journalKeyOf: journalKey },
      admit: (entries, whole) => admitAll(entries, tables, whole),
      isWhole: async () => {
        const [lease, { tenure }] = await Promise.all([register.lease(), readHistory(tables, tables.table)]);
        return lease === undefined || lease.tenure === tenure;
      },
      logger,
      measure,
    }),
  );
  return async (event, context = {}) => {
    try {
      return (await lambda(event, context as never)) as StreamResponse;
    } finally {
      telemetry.flush();
    }
  };
}

/** @throws Error naming the variable that is missing. */
function compose(environment: Environment): FollowerFunction {
  const telemetry = createTelemetry('follower');
  const tables = standbyTablesFrom(environment, telemetry.logger);
  return createHandler({ tables, register: ownLeaseFrom(environment, tables.clock), telemetry });
}

const composed = once(() => compose(process.env));

/** Event source: the stream of the other hub's table, of its replica in this region (new and old images, ReportBatchItemFailures on). */
export async function handler(event: unknown, context?: object): Promise<StreamResponse> {
  return (await composed())(event, context);
}
