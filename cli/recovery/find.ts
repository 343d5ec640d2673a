import { call, type Connection } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { progress } from './progress.ts';
import { readAll } from './read.ts';
import { aboutOf, isOver, type Cordon, type Recovery, type RecoveryDetail } from './records.ts';
import { until, type Patience } from './watch.ts';

export async function detailOf(connection: Connection, id: string): Promise<RecoveryDetail> {
  const path = `/v1/recoveries/${encodeURIComponent(id)}`;
  return (await call<RecoveryDetail>(connection, { path })).body;
}

/** A control plane that is started again meanwhile, or that is busy, is asked again: only the timeout ends a wait. */
export async function patiently<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CliError && error.code !== exitCode.badInput) return undefined;
    throw error;
  }
}

/** Follows a recovery to its end, telling on stderr what happens; undefined when it was not over in time. */
export function untilOver(connection: Connection, id: string, patience: Patience): Promise<RecoveryDetail | undefined> {
  const tell = progress();
  const look = async (): Promise<RecoveryDetail | undefined> => {
    const detail = await detailOf(connection, id);
    tell(detail);
    return isOver(detail) ? detail : undefined;
  };
  return until(() => patiently(look), patience);
}

/** Which recovery a request has become: one of its own, or one that was under way. */
export class Requested {
  readonly #connection: Connection;
  readonly #about: string;
  readonly #before: readonly Recovery[];

  private constructor(connection: Connection, about: string, before: readonly Recovery[]) {
    this.#connection = connection;
    this.#about = about;
    this.#before = before;
  }

  /** Before it is asked for. */
  static async watch(connection: Connection, subject: Parameters<typeof aboutOf>[0]): Promise<Requested> {
    return new Requested(connection, aboutOf(subject), await readAll<Recovery>(connection, 'recoveries'));
  }

  /** @param event that asked for it */
  async find(event: string): Promise<Recovery | undefined> {
    const all = await readAll<Recovery>(this.#connection, 'recoveries');
    const cordons = await readAll<Cordon>(this.#connection, 'cordons');
    const named = cordons.find(({ id }) => id === event)?.recovery;
    if (named !== undefined) return all.find(({ recovery }) => recovery === named);
    return all.find((each) => aboutOf(each) === this.#about && this.#isNew(each));
  }

  #isNew({ recovery }: Recovery): boolean {
    const known = this.#before.find((each) => each.recovery === recovery);
    return known === undefined || !isOver(known);
  }
}
