import type { Clock } from '../../ports/clock.ts';
import { DocumentMissing, type DocumentStore } from '../../ports/document-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../ports/event-log.ts';
import type { Logger } from '../../ports/logger.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import { documentBody } from '../memory/document-body.ts';
import { pack, packTransaction } from '../memory/measure.ts';
import { Routes } from '../memory/routes.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import { openDatabase } from './database.ts';
import { deadLetters } from './dead-letters.ts';
import { DeliveryRows } from './delivery-rows.ts';
import { Dispatcher } from './dispatcher.ts';
import { GroupCommit } from './group-commit.ts';
import { Journal } from './journal.ts';
import { readLog } from './log-reader.ts';
import { Names } from './names.ts';
import type { Precedence } from './precedence.ts';
import { Pruning } from './pruning.ts';
import { replay } from './replay.ts';
import { restore } from './restore.ts';
import { prepareStatements } from './statements.ts';
import { statsOf, type EmbeddedStats } from './stats.ts';
import { Transactions } from './transactions.ts';

export interface EmbeddedRuntime {
  readonly bus: EventBus;
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  stats(): EmbeddedStats;
  /** Stops delivery, writes what is waiting, and gives the file back. */
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The data file; its folder is made when it is missing. */
  readonly file: string;
  readonly clock: Clock;
  /** For backoff jitter: 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly timer?: Timer;
  /** Processed marks older than this are forgotten; a later redelivery would be handled again. Default 7 days. */
  readonly markRetentionMs?: number;
  /** Who goes first while much is due; absent: all alike. */
  readonly precedenceOf?: (consumer: string) => Precedence;
}

const week = 7 * 24 * 3600 * 1000;

/**
 * The embedded runtime: bus, records, documents and log in one SQLite file, with one real transaction over all of them.
 *
 * @throws DataFolderInUse, DataFileCorrupt, DataFileTooNew.
 * @example
 * const runtime = await openRuntime({ file: '.homeostasis/data.sqlite', clock: Date, random: Math.random, logger });
 * runtime.bus.subscribe({ consumer: 'placement/on-application-submitted', pattern, deliver });
 * await runtime.bus.start();
 */
export function openRuntime(options: EmbeddedOptions): Promise<EmbeddedRuntime> {
  // Opening is synchronous inside; a promise keeps failures and future remote stores on one path.
  return new Promise((resolve) => resolve(open(options)));
}

function open(options: EmbeddedOptions): EmbeddedRuntime {
  const { file, clock, random, logger, timer = systemTimer } = options;
  const db = openDatabase(file);
  const statements = prepareStatements(db);
  const names = new Names(db);
  const routes = new Routes();
  const group = new GroupCommit(statements, { committed, rolledBack }, logger);
  const rows = new DeliveryRows(statements, group);
  const dispatcher = new Dispatcher({ rows, clock, timer, random, logger, precedenceOf: options.precedenceOf });
  const journal = new Journal({ statements, names, routes, dispatcher, clock, logger });
  const transactions = new Transactions({ statements, names, journal, dispatcher, clock });
  const pruning = new Pruning({ statements, group, clock, timer, retentionMs: options.markRetentionMs ?? week });

  function committed(): void {
    journal.committed();
  }
  function rolledBack(): void {
    names.reload();
    journal.rolledBack();
    transactions.rolledBack();
  }
  restore({ statements, names, dispatcher });

  const start = async (): Promise<void> => {
    pruning.start();
    dispatcher.start();
    return Promise.resolve();
  };
  const stop = async (): Promise<void> => {
    pruning.stop();
    await dispatcher.stop();
    group.flush();
  };
  return {
    bus: {
      publish: async (entries) => {
        const packed = pack(entries);
        return group.submit(() => journal.append(packed));
      },
      subscribe(subscription) {
        routes.add(subscription);
        dispatcher.subscribe(subscription, names.idOf(subscription.consumer));
      },
      start,
      stop,
    },
    records: {
      get: (key) => promised(() => transactions.get(key)),
      list: (prefix, page) => promised(() => transactions.list(prefix, page)),
      commit: async (transaction) => {
        const packed = packTransaction(transaction);
        return group.submit(() => transactions.apply(packed));
      },
    },
    documents: {
      put: async (value) => {
        const { ref, json } = documentBody(value);
        await group.submit(() => statements.putDocument.run(ref.sha256, json));
        return ref;
      },
      get: <T>({ sha256 }: { readonly sha256: string }) =>
        promised(() => {
          const row = statements.document.get(sha256);
          if (row === undefined) throw new DocumentMissing(sha256);
          return JSON.parse(String(row['body'])) as T;
        }),
    },
    log: {
      read: (query) => promised(() => readLog(db, query)),
      follow: (listener) => journal.follow(listener),
      replay: (request) => replay(request, { db, group, routes, journal, transactions }),
    },
    deadLetters: deadLetters({ statements, names, group, journal, rows }),
    stats: () => statsOf({ statements, group, dispatcher, journal, clock }),
    async close() {
      await stop();
      group.close();
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    },
  };
}

async function promised<T>(act: () => T): Promise<T> {
  return Promise.resolve(act());
}
