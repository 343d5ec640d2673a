import { confirmed, type Lease } from './lease.ts';

/** What a commit of the active hub is conditional on, in the register of its own region. */
export function mayCommit(
  register: Lease | undefined,
  by: { readonly hub: string; readonly epoch: number; readonly now: number },
): boolean {
  if (register === undefined || register.released === true || register.beat < confirmed) return false;
  return register.holder === by.hub && register.epoch === by.epoch && register.until > by.now;
}

export type Admission =
  | 'admit'
  /** This hub has taken over since: what comes is of an older epoch. Kept for people, never merged. */
  | 'stranded';

/**
 * Whether the standby's table takes a change that the other hub committed. Conditional on the standby's own register, which is the
 * last it writes to become active: from that write on nothing of an older epoch gets in, whatever any clock says.
 */
export function admit(
  register: Lease | undefined,
  { me, epoch }: { readonly me: string; readonly epoch: number },
): Admission {
  if (register === undefined) return 'admit';
  return register.holder === me || epoch < register.tenure ? 'stranded' : 'admit';
}
