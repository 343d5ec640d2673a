import type { State } from './state.ts';

/**
 * A move of several slots that is judged as one: which slots moved, each once, where they stood before, and what all of it
 * cost (negative: saved). The state is changed as it grows, and put back by `undo`.
 */
export interface Trail {
  readonly slots: number[];
  readonly before: number[];
  change: number;
}

/** What a slot without a place costs: more than any saving could be worth, so placing always comes first. */
export const HOMELESS = 1e9;

export function costNow(state: State, k: number): number {
  const c = state.choice[k]!;
  return c < 0 ? HOMELESS : state.cost(k, c);
}

/** Moves slot k to c whether it fits or not. */
export function advance(state: State, trail: Trail, k: number, c: number): void {
  const old = state.choice[k]!;
  trail.change += state.cost(k, c) - costNow(state, k);
  trail.slots.push(k);
  trail.before.push(old);
  state.put(k, c);
}

export function undo(state: State, trail: Trail): void {
  for (let i = trail.slots.length - 1; i >= 0; i -= 1) state.put(trail.slots[i]!, trail.before[i]!);
}
