import type { ConsumerQueue, Taken } from './consumer-queue.ts';

/**
 * How soon a consumer is handed what is due for it while others wait too. `at-once`: always, and nobody waits for it: for what is said to a
 * router. `deciding`: always, and `urgent` waits until it is done; `urgent` itself: the others make way until it is done. Then `prompt`, `usual`
 * and `patient`, in this order, as far as one turn of the event loop goes.
 */
export type Precedence = 'at-once' | 'deciding' | 'urgent' | Later;
type Later = (typeof inOrder)[number];

const inOrder = ['prompt', 'usual', 'patient'] as const;
const inReverse = [...inOrder].reverse();

/** Deliveries that one turn hands out to these: what becomes urgent meanwhile waits for those only. */
const perTurn = 32;
/** Deliveries to these under way, of all consumers together, while something urgent is. */
const beside = 2;
/** One turn in so many begins with the most patient, so that whatever is due has its turn in the end. */
const reverseEvery = 8;

/** Decides what is handed out next. Without precedences everything is, as far as each consumer's concurrency goes. */
export class Turns {
  readonly #precedenceOf: (consumer: string) => Precedence;
  readonly #queues: Readonly<Record<Precedence, ConsumerQueue[]>> = {
    'at-once': [],
    deciding: [],
    urgent: [],
    prompt: [],
    usual: [],
    patient: [],
  };
  #turn = 0;
  #heldBack = false;

  constructor(precedenceOf: (consumer: string) => Precedence = () => 'at-once') {
    this.#precedenceOf = precedenceOf;
  }

  add(queue: ConsumerQueue): void {
    this.#queues[this.#precedenceOf(queue.name)].push(queue);
  }

  /** The turn was full: what is left is for the next one. What makes way goes on when something is done, and needs no turn before. */
  get heldBack(): boolean {
    return this.#heldBack;
  }

  *take(): Iterable<Taken> {
    this.#turn++;
    yield* this.#around('at-once', Infinity);
    yield* this.#around('deciding', Infinity);
    if (this.#active(['deciding']) === 0) yield* this.#around('urgent', Infinity);
    const makesWay = this.#active(['deciding', 'urgent']) > 0;
    let room = makesWay ? beside - this.#active(inOrder) : perTurn;
    for (const precedence of this.#turn % reverseEvery === 0 ? inReverse : inOrder) {
      for (const next of this.#around(precedence, room)) {
        room--;
        yield next;
      }
    }
    this.#heldBack = !makesWay && room <= 0;
  }

  /** One from each in turn, so that no consumer waits for all that another has; another one begins each time. */
  *#around(precedence: Precedence, most: number): Iterable<Taken> {
    const queues = this.#queues[precedence];
    let left = most;
    for (let idle = 0, at = this.#turn; left > 0 && idle < queues.length; at++) {
      const next = queues[at % queues.length]?.take();
      idle = next === undefined ? idle + 1 : 0;
      if (next === undefined) continue;
      left--;
      yield next;
    }
  }

  #active(precedences: readonly Precedence[]): number {
    const queues = precedences.flatMap((each) => this.#queues[each]);
    return queues.reduce((sum, { active }) => sum + active, 0);
  }
}
