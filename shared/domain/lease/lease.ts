/**
 * Who of the hubs is active. Three registers hold a copy: one in each hub's region and one in another cloud (the witness); see
 * docs/adr/0013-hub-region-loss.md. Times are milliseconds of the holder's clock, and mean nothing to anybody else.
 */
export interface Lease {
  /** The hub, by its region: `eu-west-1`. */
  readonly holder: string;
  /** Fencing token: counts up with every change of holder, and never goes back. */
  readonly epoch: number;
  /** Epoch in which the holder's unbroken time began: what it committed since then is one history. */
  readonly tenure: number;
  /** Tenure whose history the holder's table held when it claimed the lease; 0 for none. */
  readonly from: number;
  /**
   * Counts renewals: whoever waits for a lease to end waits for this to stop. 1 is a claim; from 2 on (`confirmed`) the holder may
   * commit, so that a claim that came to nothing can be told from a tenure that began, though the holder be gone.
   */
  readonly beat: number;
  /** Until when the holder may commit, by its own clock. */
  readonly until: number;
  /** Given up on purpose: nobody has to wait for it to end. */
  readonly released?: boolean;
}

export interface LeaseSettings {
  /** How long a lease lasts from the moment its renewal was begun. */
  readonly ttlMs: number;
  /** How often the holder renews, and whoever stands by looks. */
  readonly everyMs: number;
  /** How far two clocks may run apart: 0.01 is one per cent. Beyond it a standby may be early, which the fence makes harmless. */
  readonly driftRate: number;
  /** How far clocks within one region may differ, between the function that renews and those that commit. */
  readonly skewMs: number;
}

/** The numbers of docs/adr/0013-hub-region-loss.md. */
export const defaultLeaseSettings: LeaseSettings = { ttlMs: 30_000, everyMs: 5_000, driftRate: 0.01, skewMs: 1_000 };

/** The first beat under which anything may be committed. */
export const confirmed = 2;

/** How long a beat must have been still before another hub may take over: a slow clock's lease, waited for by a fast one. */
export function patienceMs({ ttlMs, driftRate, skewMs }: LeaseSettings): number {
  return Math.ceil((ttlMs * (1 + driftRate)) / (1 - driftRate)) + skewMs;
}

/** What one register said. */
export type Reading =
  { readonly kind: 'lease'; readonly lease: Lease } | { readonly kind: 'vacant' } | { readonly kind: 'unreachable' };

/** Seen from one hub: its own region's register, the other region's, and the other cloud's. */
export interface Readings {
  readonly own: Reading;
  readonly peer: Reading;
  readonly witness: Reading;
}

export type RegisterName = keyof Readings;

/** Negative when `a` is older than `b`. */
export const compareLeases = (a: Lease, b: Lease): number =>
  a.epoch - b.epoch || a.beat - b.beat || Number(a.released ?? false) - Number(b.released ?? false);

export const leasesIn = ({ own, peer, witness }: Readings): readonly Lease[] =>
  [own, peer, witness].flatMap((reading) => (reading.kind === 'lease' ? [reading.lease] : []));

export const newestOf = (leases: readonly Lease[]): Lease | undefined =>
  leases.reduce<Lease | undefined>(
    (newest, each) => (newest && compareLeases(newest, each) >= 0 ? newest : each),
    undefined,
  );
