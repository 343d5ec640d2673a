import middy from '@middy/core';
import {
  createTelemetry,
  once,
  type Environment,
  type HubLease,
  type LambdaContext,
  type Telemetry,
} from '../../shared/adapters/lambda/index.ts';
import {
  adoptHistory,
  forgetProgress,
  ownLeaseFrom,
  readHistory,
  readPage,
  readProgress,
  replace,
  standbyTablesFrom,
  writeProgress,
  type StandbyTables,
} from '../../shared/adapters/standby-dynamodb/index.ts';
import { identityOf } from '../../shared/adapters/store-dynamodb/index.ts';
import { copyOf } from './copy.ts';
import { resyncPage, type Resync } from './resync.ts';

type ResyncFunction = (event: unknown, context?: Partial<LambdaContext>) => Promise<Resync>;

/** With less than this left, no further page is begun. */
const pageMs = 15_000;

export interface ResyncFunctionPorts {
  readonly tables: StandbyTables;
  readonly register: Pick<HubLease, 'lease' | 'forget'>;
  readonly telemetry: Pick<Telemetry, 'logger' | 'flush'>;
}

/** The function as Lambda calls it. */
export function createHandler({ tables, register, telemetry }: ResyncFunctionPorts): ResyncFunction {
  const { clock, hub: me } = tables;
  const { logger } = telemetry;
  const ports = {
    me,
    readLease: () => {
      register.forget();
      return register.lease();
    },
    readHistory: (of: 'ours' | 'theirs') => readHistory(tables, of === 'ours' ? tables.table : tables.replica),
    adoptHistory: adoptHistory.bind(undefined, tables),
    readPage: readPage.bind(undefined, tables),
    replace: replace.bind(undefined, tables),
    readProgress: () => readProgress(tables),
    writeProgress: writeProgress.bind(undefined, tables),
    forgetProgress: () => forgetProgress(tables),
    copyOf: (outbox: Parameters<typeof copyOf>[0]) => copyOf(outbox, clock.now(), identityOf),
    logger,
  };

  const lambda = middy(async (_: unknown, context: Partial<LambdaContext>): Promise<Resync> => {
    for (;;) {
      const done = await resyncPage(ports);
      const leftMs = context.getRemainingTimeInMillis?.() ?? Infinity;
      if (done.kind === 'more' && leftMs >= pageMs) continue;
      if (done.kind === 'wait') logger.info('resync.waits', { because: done.because });
      return done;
    }
  });
  return async (event, context = {}) => {
    try {
      return (await lambda(event, context as never)) as Resync;
    } finally {
      telemetry.flush();
    }
  };
}

/** @throws Error naming the variable that is missing. */
function compose(environment: Environment): ResyncFunction {
  const telemetry = createTelemetry('resync');
  const tables = standbyTablesFrom(environment, telemetry.logger);
  return createHandler({ tables, register: ownLeaseFrom(environment, tables.clock), telemetry });
}

const composed = once(() => compose(process.env));

/** By a schedule, and by anybody who wants it sooner: two reads when there is nothing to do. One at a time; a second one gives up. */
export async function handler(event: unknown, context?: Partial<LambdaContext>): Promise<Resync> {
  return (await composed())(event, context);
}
