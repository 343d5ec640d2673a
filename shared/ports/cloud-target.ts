import type { Report } from '../contracts/deployment-reported.ts';
import type { DataOf } from '../contracts/contract.ts';
import type { deploymentApply } from '../contracts/deployment-apply.ts';

/**
 * One cloud, as far as a deployer may use it. Every verb is idempotent and returns at once with what stands now: a long-running
 * operation is never waited for; `progressing` asks to be observed again later.
 *
 * Errors are the decision a caller must take, not the vendor's code; each deployer maps its vendor's codes once, in `errors.ts`:
 * TargetNotFound, CapacityExhausted, Throttled, InvalidSpec, Unauthorized, CloudUnreachable. Anything else is retried, then
 * dead-lettered.
 */
export interface CloudTarget {
  /**
   * Makes the target run the command's workload. Resources carry the command's identity, generation and spec hash as tags;
   * a resource tagged with a newer generation is left alone and reported `stale`.
   */
  apply(command: ApplyCommand): Promise<Report>;
  /** What stands there now; `absent` when nothing of ours does. */
  observe(of: DeploymentKey): Promise<Report>;
  /** Starts removal; `removing` until nothing is left, then `absent`. A newer generation on the resource is left alone (`stale`). */
  remove(of: DeploymentKey): Promise<Report>;
  /** Everything of ours in a region, for sweeps that look for orphans. */
  list(region: string): Promise<readonly Report[]>;
}

export type ApplyCommand = DataOf<typeof deploymentApply>;

export interface DeploymentKey {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
}

abstract class CloudError extends Error {
  /** Machine-readable vendor detail for logs: code and request id, never a body. */
  readonly vendor: string | undefined;
  constructor(message: string, options?: ErrorOptions & { readonly vendor?: string }) {
    super(message, options);
    this.vendor = options?.vendor;
  }
}

/** Region, account, cluster or other ground to stand on does not exist. Terminal until configured. */
export class TargetNotFound extends CloudError {
  override readonly name = 'TargetNotFound';
  readonly terminal = true;
}

/** The cloud has no room or our quota is used up: place it elsewhere. */
export class CapacityExhausted extends CloudError {
  override readonly name = 'CapacityExhausted';
}

/** Slow down; the command is fine. */
export class Throttled extends CloudError {
  override readonly name = 'Throttled';
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions & { readonly vendor?: string }) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The vendor refuses what we asked for, and would again. */
export class InvalidSpec extends CloudError {
  override readonly name = 'InvalidSpec';
  readonly terminal = true;
}

/** Credentials or permissions; terminal until somebody fixes them. */
export class Unauthorized extends CloudError {
  override readonly name = 'Unauthorized';
  readonly terminal = true;
}

/** No answer, or 5xx beyond the client's own retries. Says nothing about what runs there. */
export class CloudUnreachable extends CloudError {
  override readonly name = 'CloudUnreachable';
}
