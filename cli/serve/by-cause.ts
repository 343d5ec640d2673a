import type { Logger } from '../../shared/ports/logger.ts';

type Facts = Readonly<Record<string, unknown>>;

/** How often one cause is told. Milliseconds. */
const everyMs = 30_000;

interface Held {
  count: number;
  facts: Facts;
}

/**
 * A region that is down makes the same warning of every retry of every deployment there. The first of a cause is told at once; those that
 * follow are counted, and told as one line with their number when some time has passed. Errors are told one by one: each is a loss.
 * @param later runs something after so many milliseconds
 */
export function byCause(logger: Logger, later: (ms: number, run: () => void) => void = unhurried): Logger {
  const known = new Map<string, Held>();
  const tell = (key: string, what: string): void => {
    const held = known.get(key);
    if (held === undefined || held.count === 0) return void known.delete(key);
    logger.warn(what, { ...held.facts, count: held.count });
    held.count = 0;
    later(everyMs, () => tell(key, what));
  };
  return {
    ...logger,
    warn: (what, facts = {}) => {
      const key = causeOf(what, facts);
      const held = known.get(key);
      if (held !== undefined) {
        held.count += 1;
        held.facts = facts;
        return;
      }
      known.set(key, { count: 0, facts });
      logger.warn(what, facts);
      later(everyMs, () => tell(key, what));
    },
  };
}

/** What is only counted does not keep a process alive. */
function unhurried(ms: number, run: () => void): void {
  setTimeout(run, ms).unref();
}

/** Who cannot do what, and why, apart from which one of many it was this time. */
function causeOf(what: string, { consumer, type, error }: Facts): string {
  const { name, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: string;
    readonly message?: string;
  };
  const why = message ?? (typeof error === 'string' ? error : '');
  return JSON.stringify([what, consumer, type, name, why.replaceAll(/[0-9a-f-]{8,}|\d+/g, '#')]);
}
