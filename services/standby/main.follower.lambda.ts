import middy from '@middy/core';
import { createTelemetry, hubLeaseFrom, once, type Environment } from '../../shared/adapters/lambda/index.ts';
import { admitAll, imageOf, readHistory, standbyTablesFrom } from '../../shared/adapters/standby-dynamodb/index.ts';
import { identityOf, journalKey } from '../../shared/adapters/store-dynamodb/index.ts';
import { follow, recordsIn, type StreamResponse } from './follow.ts';

type FollowerFunction = (event: unknown, context?: object) => Promise<StreamResponse>;

/** @throws Error naming the variable that is missing. */
export function compose(environment: Environment): FollowerFunction {
  const telemetry = createTelemetry('follower');
  const { logger, measure } = telemetry;
  const tables = standbyTablesFrom(environment, logger);
  const { clock } = tables;
  const register = hubLeaseFrom(environment, clock);
  const lambda = middy(async (event: unknown) =>
    follow(recordsIn(event), imageOf, {
      context: { now: clock.now(), identityOf, journalKeyOf: journalKey },
      admit: (entries, whole) => admitAll(entries, tables, whole),
      isWhole: async () => {
        const [lease, { tenure }] = await Promise.all([register?.lease(), readHistory(tables, tables.table)]);
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

const composed = once(() => compose(process.env));

/** Event source: the stream of the other hub's table, of its replica in this region (new and old images, ReportBatchItemFailures on). */
export async function handler(event: unknown, context?: object): Promise<StreamResponse> {
  return (await composed())(event, context);
}
