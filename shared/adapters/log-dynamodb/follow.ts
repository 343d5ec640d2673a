import type { LogEntry } from '../../ports/event-log.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Timer } from '../memory/timer.ts';
import { readHead, type Table } from './head.ts';
import { readLog } from './read.ts';

export interface Following {
  readonly timer: Timer;
  readonly everyMs: number;
  readonly logger: Logger;
}

const pageSize = 100;

/**
 * Asks the log again and again for what has come. It begins with what is entered after the first look at the log's head, which is
 * under way when this returns. An unreachable table is asked again at the next turn: nothing is passed over.
 */
export function followLog(
  table: Table,
  listener: (entry: LogEntry) => void,
  { timer, everyMs, logger }: Following,
): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  let last: number | undefined;

  /** A follower that fails must not take down what it follows. */
  const announce = (entry: LogEntry): void => {
    try {
      if (!stopped) listener(entry);
    } catch (error) {
      logger.error('log.follower-failed', { sequence: entry.sequence, error: String(error) });
    }
  };
  const look = async (): Promise<void> => {
    last ??= await readHead(table);
    for (;;) {
      const page = await readLog(table, { after: last, limit: pageSize });
      for (const entry of page) {
        announce(entry);
        last = entry.sequence;
      }
      if (stopped || page.length < pageSize) return;
    }
  };
  const turn = (): void => {
    look()
      .catch((error: unknown) => logger.warn('log.unreachable', { error: String(error) }))
      .finally(() => {
        if (!stopped) cancel = timer.set(turn, everyMs);
      });
  };
  turn();
  return () => {
    stopped = true;
    cancel();
  };
}
