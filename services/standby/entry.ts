import type { Item, ItemKey } from './item.ts';

/** What becomes of one change of the other hub's table, in ours. */
export interface Entry {
  readonly kind: 'put' | 'remove';
  /** `put`: what to write. `remove`: what stood there when it was deleted. */
  readonly item: Item;
  /**
   * `history`: only while our own register lets the other hub's epoch in. `always`: an accepted event, whoever accepted it.
   */
  readonly admission: 'history' | 'always';
  /** Items that committed with this one. A mark without them would say that something was done which never arrived. */
  readonly companions?: readonly Companion[];
  /** Stands for the same, and is of no use any more once this is here. */
  readonly instead?: ItemKey;
  /** Kept for people when it is refused. */
  readonly keep: boolean;
}

export interface Companion extends ItemKey {
  /** At least this; any when absent. */
  readonly version?: number;
}
