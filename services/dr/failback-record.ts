import type { Tier } from '../../shared/contracts/values.ts';
import type { Subject } from './record.ts';

/**
 * `stabilizing`: the scope may be used again, and has to stay so for a while. `suggested`: a person has to ask for it. `running`: batches
 * go back. `stopped`: something speaks against it; what is under way is finished by placement and rollout. `completed`: all went that was to.
 */
export type FailbackState = 'stabilizing' | 'suggested' | 'running' | 'stopped' | 'completed';

/** The way back of what one recovery moved. Times are milliseconds since the epoch. */
export interface FailbackRecord extends Subject {
  readonly recovery: string;
  readonly state: FailbackState;
  /** Who wants it: the services by their mode, somebody, or the drill whose recovery it was. */
  readonly by: 'mode' | 'operator' | 'drill';
  readonly reason: string;
  /** The scope may be used again since then. */
  readonly wellAt: number;
  /** Its next look is the one that names this: any other note is void. */
  readonly check: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Where the search for the next batch goes on. */
  readonly at: { readonly tier: Tier; readonly after: string };
  /** Under way. */
  readonly batch: readonly Returning[];
  readonly returned: number;
  /** At most a hundred of those that were to go back and have not. */
  readonly left: readonly LeftBehind[];
}

export interface Returning {
  readonly application: string;
  readonly service: string;
  /** Where it stood, and is to stand. */
  readonly targets: readonly string[];
  readonly sentAt: number;
  /** When it was sent last, where that was more than once. */
  readonly sentAgainAt?: number;
  /** Its generation when it was sent: the way back is a later one. */
  readonly generation: number;
  /** Placement said why it cannot. */
  readonly refused?: string;
}

export interface LeftBehind {
  readonly application: string;
  readonly service: string;
  readonly reason: string;
}

export interface FailingBackMark {
  readonly recovery: string;
  readonly check: number;
  readonly dueAt: number;
}

export const isOver = ({ state }: FailbackRecord): boolean => state !== 'stabilizing' && state !== 'running';
