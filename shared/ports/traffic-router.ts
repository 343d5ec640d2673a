import type { Route } from '../contracts/traffic-shift.ts';

/** Whatever moves requests: the embedded gateway, weighted DNS records. */
export interface TrafficRouter {
  /**
   * Puts the split in force; resolves when new requests follow it. An empty list lets nothing through.
   * Applying the same split twice changes nothing; one with a lower sequence than the one in force is ignored.
   */
  route(split: Split): Promise<void>;
  /** The splits in force, for a restart that has to find out what it left behind. */
  routes(): Promise<readonly Split[]>;
}

export interface Split {
  readonly application: string;
  readonly service: string;
  readonly sequence: number;
  readonly routes: readonly Route[];
  /** The service is no more. Without it an empty list says that it exists, and that nothing of it stands now: scaled to zero. */
  readonly removed?: true;
}
