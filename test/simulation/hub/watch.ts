import type { Lease } from '../../../shared/ports/lease-store.ts';
import type { Commit, Table } from './table.ts';

/** What has to hold, whatever happens; what does not is written down. */
export class HubWatch {
  readonly violations: string[] = [];
  /** Commits made by an older epoch while a newer one was active: only a clock beyond its bound can bring them about, */
  readonly late: string[] = [];
  /** or having been under way when the lease ended. They stay in their hub's own table like the others. */
  overtaken = 0;
  readonly accepted = new Set<string>();
  readonly activations: { readonly hub: string; readonly epoch: number; readonly at: number }[] = [];
  stranded = 0;
  refused = 0;
  commits = 0;

  activated({ holder, epoch }: Lease, at: number): void {
    const last = this.activations.at(-1);
    if (last?.epoch === epoch && last.hub === holder) return;
    if (last !== undefined && last.epoch >= epoch) {
      this.violations.push(`${holder} became active in epoch ${epoch} after ${last.hub} in ${last.epoch}`);
    }
    this.activations.push({ hub: holder, epoch, at });
  }

  /** In the hub's own table, at the moment it is written there. */
  committed(commit: Commit, at: number): void {
    this.commits += 1;
    const active = this.activations.at(-1);
    if (active === undefined) this.violations.push(`${commit.hub} committed before anybody was active`);
    else if (commit.epoch > active.epoch)
      this.violations.push(`${commit.hub} committed in epoch ${commit.epoch}, which never began`);
    else if (commit.epoch < active.epoch) {
      if ((commit.underWayMs ?? 0) > 1_000) this.overtaken += 1;
      else this.late.push(`${commit.hub} in ${commit.epoch} after ${active.epoch}, ${at - active.at} ms`);
    }
  }

  /** In a table that the active hub goes on from: nothing of an older epoch behind the newest takeover. */
  admitted(commit: Commit, into: Table, tenure: number): void {
    if (commit.epoch < tenure)
      this.violations.push(`epoch ${commit.epoch} of ${commit.hub} entered a table of tenure ${tenure}`);
    into.apply(commit);
  }

  /** At the end, in the table of whoever is active then. */
  concluded(table: Table | undefined, derived: (id: string) => readonly string[]): void {
    if (table === undefined) {
      this.violations.push('nobody is active in the end');
      return;
    }
    const check = (id: string): void => {
      if (!table.marks.has(id)) this.violations.push(`accepted, and ${id} never handled`);
      else for (const next of derived(id)) check(next);
    };
    for (const id of this.accepted) check(id);
  }
}

/** What handling an event makes: two steps behind what was let in. */
export const derived = (id: string): readonly string[] => (id.split('/').length < 3 ? [`${id}/next`] : []);
