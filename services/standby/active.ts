import type { Clock } from '../../shared/ports/clock.ts';
import type { Lease } from '../../shared/ports/lease-store.ts';
import type { History } from './ports.ts';

export interface ActivePorts {
  readHistory(): Promise<History>;
  writeHistory(history: History): Promise<void>;
  /** Sends again what was underway in the other hub. @param until milliseconds of our clock */
  resend(tenure: number, until: number): Promise<unknown>;
  readonly clock: Clock;
}

/** How often the active hub writes how far its lease has come, for the other region to see how far its replica is behind. */
export const pulseMs = 60_000;

/** What the active hub does between two looks: says whose history its table holds, and goes on with what the other one had begun. */
export function createActive({ readHistory, writeHistory, resend, clock }: ActivePorts) {
  let written: { readonly tenure: number; readonly at: number } | undefined;
  return async (
    { tenure, epoch, beat }: Pick<Lease, 'tenure' | 'epoch' | 'beat'>,
    until: number,
  ): Promise<{ readonly began: boolean }> => {
    const began = written?.tenure !== tenure && (await readHistory()).tenure !== tenure;
    if (written?.tenure !== tenure || clock.now() - written.at >= pulseMs) {
      await writeHistory({ tenure, epoch, beat });
      written = { tenure, at: clock.now() };
    }
    // A takeover is told whatever becomes of the rest: that is done again behind the next look.
    if (!began) await resend(tenure, until);
    return { began };
  };
}
