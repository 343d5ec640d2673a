import middy from '@middy/core';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import {
  createTelemetry,
  once,
  required,
  type Environment,
  type LambdaContext,
  type Telemetry,
} from '../../shared/adapters/lambda/index.ts';
import { witnessFrom, type Witness } from '../../shared/adapters/lease-object/witness.ts';
import { readRoutes, type LogRoutes } from '../../shared/adapters/log-dynamodb/index.ts';
import { createOutbox } from '../../shared/adapters/outbox/index.ts';
import {
  admitWaiting,
  copies,
  marked,
  readHistory,
  registersFrom,
  sendAgain,
  standbyTablesFrom,
  writeHistory,
  type StandbyTables,
} from '../../shared/adapters/standby-dynamodb/index.ts';
import { journalPrefix } from '../../shared/adapters/store-dynamodb/index.ts';
import { defaultLeaseSettings } from '../../shared/domain/lease/index.ts';
import { createLeaseKeeper, type Standing } from '../../shared/pipeline/lease-keeper.ts';
import type { Lease, LeaseStore } from '../../shared/ports/lease-store.ts';
import { createActive } from './active.ts';
import { copyPartition } from './copy.ts';
import { createKnownHistory } from './history.ts';
import { keep } from './keep.ts';
import { createResend } from './resend.ts';
import { awaitTurn, tagOf } from './turn.ts';

export interface LeaseFunctionPorts {
  readonly tables: StandbyTables;
  /** Whether this is the hub that begins when none ever ran. */
  readonly preferred: boolean;
  readonly registers: Readonly<Record<'own' | 'peer', LeaseStore>>;
  readonly witness: Witness;
  readonly routes: LogRoutes;
  readonly telemetry: Pick<Telemetry, 'logger' | 'measure' | 'flush'>;
  wait(ms: number): Promise<void>;
}

type LeaseFunction = (event: unknown, context?: Partial<LambdaContext>) => Promise<Standing>;

/** Of those who read events on the hub; the others hand them on, and do nothing twice that matters. */
const keepsMarks = (consumer: string): boolean => !/^(?:deployer-|relay\b|event-log\b)/.test(consumer);

/** The function as Lambda calls it: by a schedule, or with `{"release": true}` by a person who wants the other hub to take over. */
export function createHandler(ports: LeaseFunctionPorts): LeaseFunction {
  const { tables, preferred, registers, witness, telemetry, wait } = ports;
  const { logger, measure } = telemetry;
  const { hub: me, leaseTable, clock } = tables;
  const history = createKnownHistory(me, async () => (await readHistory(tables, tables.table)).tenure);
  const settings = defaultLeaseSettings;
  const keeper = createLeaseKeeper({
    me,
    preferred,
    history: () => history.tenure(),
    registers: { own: history.watching(registers.own), peer: registers.peer, witness: witness.lease },
    settings,
    clock,
  });
  let under: Lease | undefined;
  let mine: string | undefined;
  const resend = createResend<Envelope>({
    copies: () => copies(tables, copyPartition),
    journal: () => journalOf(witness),
    parse: (json) => JSON.parse(json) as Envelope,
    consumersOf: (event) => ports.routes.match(event),
    keepsMarks,
    marked: (marks) => marked(tables, marks),
    send: (event, { dueAt, copy }) =>
      sendAgain(
        tables,
        { table: leaseTable, hub: me, epoch: under?.epoch ?? 0, now: clock.now() },
        { publication: dueAt === undefined ? { event } : { event, dueAt }, ...(copy === undefined ? {} : { copy }) },
      ),
    drop: (keys) => createOutbox({ client: tables.client, table: tables.table }).remove(keys),
    clock,
    logger,
  });
  const active = createActive({
    readHistory: () => readHistory(tables, tables.table),
    writeHistory: (next) => writeHistory(tables, next),
    resend: (tenure, until) => resend.slice(tenure, until),
    clock,
  });

  const lambda = middy(async (event: unknown, context: Partial<LambdaContext>): Promise<Standing> => {
    if (isRelease(event)) {
      await keeper.release();
      logger.warn('lease.released', { hub: me });
      return { role: 'standby', because: 'the lease was given up on purpose' };
    }
    const remainingMs = (): number => context.getRemainingTimeInMillis?.() ?? 0;
    const turn = { me, mine, read: () => registers.own.read(), everyMs: settings.everyMs, remainingMs, wait, clock };
    if (!(await awaitTurn(turn))) return { role: 'standby', because: 'another run looks after the lease' };
    return keep({
      look: async () => {
        await history.refresh();
        const standing = await keeper.tick();
        if (standing.role !== 'standby') mine = tagOf(standing.lease);
        return standing;
      },
      whileActive: (lease, until) => {
        under = lease;
        return active(lease, until);
      },
      whileStandingBy: async () => {
        const entered = await admitWaiting(tables);
        if (entered > 0) logger.info('follower.caught-up', { marks: entered });
      },
      everyMs: settings.everyMs,
      ...{ remainingMs, wait, clock, logger, measure },
    });
  });
  return async (event, context = {}) => {
    try {
      return (await lambda(event, context as never)) as Standing;
    } finally {
      telemetry.flush();
    }
  };
}

const isRelease = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'release' in event && event.release === true;

/** What was accepted while the other region was silent. It stays there, and ends by the bucket's own rule. */
async function* journalOf({ journal }: Witness): AsyncIterable<string | undefined> {
  for await (const names of journal.list(journalPrefix)) {
    for (const name of names) yield await journal.read(name);
  }
}

/** @throws Error naming the variable or the file that is missing. */
function compose(environment: Environment): LeaseFunction {
  const telemetry = createTelemetry('lease');
  const tables = standbyTablesFrom(environment, telemetry.logger);
  return createHandler({
    tables,
    preferred: environment['HOMEOSTASIS_PREFERRED'] === 'true',
    registers: registersFrom(environment),
    witness: witnessFrom(environment, tables.clock),
    routes: readRoutes(required(environment, 'LAMBDA_TASK_ROOT')),
    telemetry,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

const composed = once(() => compose(process.env));

/** Event source: a schedule, once a minute; what the keeper has watched lives across invocations. */
export async function handler(event: unknown, context?: Partial<LambdaContext>): Promise<Standing> {
  return (await composed())(event, context);
}
