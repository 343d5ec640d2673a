import type { Clock } from '../../ports/clock.ts';
import type { Timer } from '../memory/timer.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Statements } from './statements.ts';

interface Surroundings {
  readonly statements: Statements;
  readonly group: GroupCommit;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly retentionMs: number;
}

const everyMs = 60_000;
/** Small enough that nobody waiting for the same group notices. */
const rowsAStep = 500;

/** Forgets processed marks by age, a little with every step. */
export class Pruning {
  readonly #with: Surroundings;
  #cancel: () => void = () => {};

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
  }

  start(): void {
    this.stop();
    this.#cancel = this.#with.timer.set(() => this.#step(), everyMs);
  }

  stop(): void {
    this.#cancel();
  }

  #step(): void {
    const { statements, group, clock, timer, retentionMs } = this.#with;
    const before = clock.now() - retentionMs;
    group.defer(() => {
      const { changes } = statements.pruneMarks.run(before, rowsAStep);
      statements.pruneForeign.run(before, rowsAStep);
      // As long as there is plenty to forget, the next step comes soon.
      this.#cancel();
      this.#cancel = timer.set(() => this.#step(), Number(changes) > 0 ? 100 : everyMs);
    });
  }
}
