import type { Clock } from '../../shared/ports/clock.ts';
import type { Lease } from '../../shared/ports/lease-store.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Standing } from '../../shared/pipeline/lease-keeper.ts';
import type { Measure } from './ports.ts';

export interface KeepPorts {
  look(): Promise<Standing>;
  /** What the active hub does between two looks. @param until milliseconds of our clock: the next look is due. @returns whether its tenure began with this. */
  whileActive(lease: Lease, until: number): Promise<{ readonly began: boolean }>;
  /** What a hub that stands by does between two looks. */
  whileStandingBy(until: number): Promise<void>;
  readonly everyMs: number;
  /** How long the function may still run. */
  remainingMs(): number;
  wait(ms: number): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly measure: Measure;
}

/** What a look takes while one register is silent: reading, writing and confirming a claim. It may be cut off at any point all the same. */
export const lookMs = 6_000;

/** Looks after the lease for as long as the function may run. @returns how it stands at the end. */
export async function keep(ports: KeepPorts): Promise<Standing> {
  for (;;) {
    const next = ports.clock.now() + ports.everyMs;
    const standing = await lookOnce(ports, next);
    const waitMs = Math.max(0, next - ports.clock.now());
    if (ports.remainingMs() < waitMs + lookMs) return standing;
    await ports.wait(waitMs);
  }
}

async function lookOnce(ports: KeepPorts, next: number): Promise<Standing> {
  const { logger, measure } = ports;
  const standing = await ports.look().catch((error: unknown): Standing => {
    logger.error('lease.look-failed', { error: String(error) });
    return { role: 'standby', because: `the look failed: ${String(error)}` };
  });
  measure('LeaseLook', 1, 'Count');
  try {
    if (standing.role === 'active') await actAs(standing.lease, next, ports);
    if (standing.role === 'standby') {
      logger.info('lease.standing-by', { because: standing.because });
      await ports.whileStandingBy(next);
    }
  } catch (error) {
    // The lease is what counts: whatever else failed is done again behind the next look.
    logger.error('lease.chore-failed', { role: standing.role, error: String(error) });
  }
  return standing;
}

async function actAs(lease: Lease, next: number, { whileActive, logger, measure }: KeepPorts): Promise<void> {
  const { began } = await whileActive(lease, next);
  if (!began) return;
  const { holder, epoch, tenure, from } = lease;
  logger.warn('lease.taken-over', { holder, epoch, tenure, from });
  measure('LeaseTakeover', 1, 'Count');
}
