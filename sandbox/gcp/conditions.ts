import type { Condition, ConditionState } from './model.ts';

interface Cause {
  readonly message?: string;
  readonly reason?: string;
  readonly revisionReason?: string;
}

export const timestamp = (ms: number): string => new Date(ms).toISOString();

/** A condition keeps the time of its last change of state. */
export function condition(type: string, state: ConditionState, now: number, cause: Cause = {}): Condition {
  const severity = state === 'CONDITION_FAILED' ? { severity: 'ERROR' as const } : {};
  return { type, state, lastTransitionTime: timestamp(now), ...severity, ...cause };
}

/** Puts `next` in place of the condition of its type; an unchanged state keeps its transition time. */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const before = conditions.find((item) => item.type === next.type);
  const kept = before?.state === next.state ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  return [...conditions.filter((item) => item.type !== next.type), kept];
}
