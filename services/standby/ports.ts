import type { Lease } from '../../shared/ports/lease-store.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Entry } from './entry.ts';
import type { Item, ItemKey } from './item.ts';
import type { Aside } from './reconcile.ts';

export type Measure = (name: string, value: number, unit: 'Count' | 'Milliseconds' | 'Seconds') => void;

/** Whose history a table holds. */
export interface History {
  /** 0 when it holds none. */
  readonly tenure: number;
  /** Epoch and beat of the active hub's lease when it wrote this last: a replica that shows it is no further behind. */
  readonly epoch: number;
  readonly beat: number;
}

export interface Admitted {
  readonly admitted: number;
  readonly stranded: number;
  readonly older: number;
  readonly waiting: number;
}

export interface FollowerPorts {
  /** @param whole false while our table holds another history: what is ours is set aside before it is written over. */
  admit(entries: readonly Entry[], whole: boolean): Promise<Admitted>;
  /** Whether our table holds the history of the lease as our register has it. */
  isWhole(): Promise<boolean>;
  readonly logger: Logger;
  readonly measure: Measure;
}

/** How far bringing a table up has come. */
export interface Progress {
  readonly tenure: number;
  /** Beat of the active hub's lease when it began. */
  readonly beat: number;
  /** First everything that the active hub has, then everything that only we have. */
  readonly pass: 'theirs' | 'ours';
  readonly cursor?: ItemKey;
  readonly taken: number;
  readonly dropped: number;
  readonly aside: number;
}

export interface Replacement {
  readonly ours?: Item;
  /** What stands there afterwards; nothing deletes it. */
  readonly item?: Item;
  readonly aside?: Aside;
  /** Written beside it. */
  readonly copy?: Item;
}

export interface ResyncPorts {
  /** This hub's region. */
  readonly me: string;
  /** Our region's register. */
  readLease(): Promise<Lease | undefined>;
  readHistory(of: 'ours' | 'theirs'): Promise<History>;
  /** @returns false when the lease says something else by now. */
  adoptHistory(history: History): Promise<boolean>;
  readPage(progress: Progress): Promise<{
    readonly pairs: readonly { readonly theirs?: Item; readonly ours?: Item }[];
    readonly next?: ItemKey;
  }>;
  /** `moved`: the follower was quicker. `over`: the lease has changed. */
  replace(tenure: number, replacement: Replacement): Promise<'written' | 'moved' | 'over'>;
  readProgress(): Promise<Progress | undefined>;
  /** @returns false when somebody else went on from the same page. */
  writeProgress(before: Progress | undefined, next: Progress): Promise<boolean>;
  forgetProgress(): Promise<void>;
  /** What an accepted event is kept as. */
  copyOf(outbox: Item): Item;
  readonly logger: Logger;
}
