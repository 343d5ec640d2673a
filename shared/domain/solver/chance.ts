/** Seeded pseudo-randomness (xorshift32): the domain has no clock and no dice, so the same seed gives the same search. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  }

  /** In [0, 1). */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 4294967296;
  }

  /** An integer in [0, size). */
  below(size: number): number {
    return Math.floor(this.next() * size);
  }
}
