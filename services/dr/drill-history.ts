import type { Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { parseTarget } from '../../shared/domain/target.ts';
import { standPrefix } from './keys.ts';
import type { StandRecord } from './record.ts';

/** What is assumed where nothing was measured. Milliseconds. */
export const assumed = {
  /** Until a region that is silent is known to be: three looks, when they have slowed down. */
  detect: 10_000,
  place: 2_000,
  /** From the decision until a service that did not stand there is ready. */
  start: 120_000,
  shift: 2_000,
} as const;

/** How long it took, from the decision until it was ready, where nothing of the service had stood before: by runtime, in order. */
export type History = ReadonlyMap<string, readonly number[]>;

export interface Stands {
  readonly history: History;
  readonly stands: ReadonlyMap<string, StandRecord>;
}

/** Every service that is known, and what their deployments so far tell. */
export async function readStands(records: Reader): Promise<Stands> {
  const stands = new Map<string, StandRecord>();
  const history = new Map<string, number[]>();
  for await (const stand of eachRecord<StandRecord>(records, standPrefix)) {
    stands.set(`${stand.application}/${stand.service}`, stand);
    for (const [runtime, ms] of startsOf(stand)) history.set(runtime, [...(history.get(runtime) ?? []), ms]);
  }
  for (const times of history.values()) times.sort((a, b) => a - b);
  return { history, stands };
}

function startsOf({ placements, targets }: StandRecord): (readonly [string, number])[] {
  return placements.flatMap((placement, i) => {
    const before = placements[i - 1]?.targets ?? [];
    return placement.targets.flatMap(({ target }): (readonly [string, number])[] => {
      const at = targets[target]?.ready.find(([generation]) => generation === placement.generation)?.[1];
      const stood = before.some((each) => each.target === target);
      return at === undefined || stood ? [] : [[runtimeOf(target), Math.max(0, at - placement.at)]];
    });
  });
}

const runtimeOf = (target: string): string => parseTarget(target).runtime;

/** Nine in ten were as fast; absent where nothing was measured. */
export function startOn(target: string, history: History): { readonly ms: number; readonly measured: number } {
  const times = history.get(runtimeOf(target)) ?? [];
  const ms = times[Math.min(times.length - 1, Math.floor(times.length * 0.9))];
  return { ms: ms ?? assumed.start, measured: times.length };
}
