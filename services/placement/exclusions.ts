import { covers } from '../../shared/domain/target.ts';
import type { Exclusion } from './record.ts';

/** Keeps new things out; what stands there stays. */
export function isCordon({ mode }: Pick<Exclusion, 'mode'>): boolean {
  return mode === 'cordon';
}

/** Those that hold for the service. */
export function exclusionsOf(exclusions: readonly Exclusion[], service: string): readonly Exclusion[] {
  return exclusions.filter((each) => each.service === undefined || each.service === service);
}

/** Whether the service may not even stay on the target. */
export function mustLeave(exclusions: readonly Exclusion[], service: string, target: string): boolean {
  return exclusionsOf(exclusions, service).some((each) => !isCordon(each) && covers(each.scope, target));
}
