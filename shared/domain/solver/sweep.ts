import { choose } from './choice.ts';
import type { Dual } from './dual.ts';
import type { Model } from './model.ts';

/** One end of link e, seen from the service at that end: the charges there and at the other end. */
interface End {
  readonly own: Float64Array;
  readonly ownFirst: number;
  readonly other: Float64Array;
  readonly otherFirst: number;
  readonly partner: number;
  /** Is the service the caller? Egress is priced from caller to callee. */
  readonly calls: boolean;
}

export function endOf(model: Model, dual: Dual, e: number, s: number): End {
  const calls = model.links.from[e] === s;
  const [from, to] = [dual.fromFirst[e]!, dual.toFirst[e]!];
  return calls
    ? { own: dual.from, ownFirst: from, other: dual.to, otherFirst: to, partner: model.links.to[e]!, calls }
    : { own: dual.to, ownFirst: to, other: dual.from, otherFirst: from, partner: model.links.from[e]!, calls };
}

/**
 * Lagrangian relaxation of capacity, with the links' share settled by sequential message passing (Kolmogorov's SRMP, for
 * pairs the same as TRW-S): going through the services in order, each first takes over all that its links to earlier
 * services cost at best, chooses, and hands part of what its choices cost above the best on to its later links. No such
 * step can lower the bound.
 */
export class Sweeper {
  readonly cost: Float64Array;
  readonly chosen: Int32Array;
  readonly #model: Model;
  readonly #charge: Float64Array;
  readonly #byClass: Float64Array;
  readonly #forClass: Float64Array;

  constructor(model: Model) {
    this.#model = model;
    this.cost = new Float64Array(model.penalty.length);
    this.chosen = new Int32Array(model.owner.length);
    this.#charge = new Float64Array(model.links.place.length);
    this.#byClass = new Float64Array(model.links.classes);
    this.#forClass = new Float64Array(model.links.classes);
  }

  /** @returns the sum of the services' cheapest choices; take the capacity's value off to have the bound. */
  sweep(dual: Dual, forward: boolean): number {
    const { services, slot } = this.#model;
    let value = 0;
    for (let i = 0; i < services; i += 1) {
      const s = forward ? i : services - 1 - i;
      if (slot[s + 1] !== slot[s]) value += this.#visit(dual, s, forward);
    }
    return value;
  }

  #visit(dual: Dual, s: number, forward: boolean): number {
    const { links } = this.#model;
    const [begin, end] = [links.first[s]!, links.first[s + 1]!];
    if (begin === end && this.#model.slot[s + 1]! - this.#model.slot[s]! === 1) return this.#alone(dual, s);
    for (let i = begin; i < end; i += 1) {
      const e = endOf(this.#model, dual, links.at[i]!, s);
      if (forward ? e.partner < s : e.partner > s) this.#pull(s, links.at[i]!, e);
    }
    if (end > begin) this.#collect(dual, s);
    this.price(dual, s);
    const value = choose(this.#model, s, this.cost, this.chosen);
    if (end > begin) this.#push(dual, s, forward);
    return value;
  }

  /**
   * One pick and no links: prices only ever add to the penalty, and candidates come by rising penalty, so the search may
   * stop at the first whose penalty alone is too much. That is most of them, and most of the time a solve takes.
   */
  #alone(dual: Dual, s: number): number {
    const { first, penalty, quota, load, cloud, weight, slot } = this.#model;
    const end = first[s + 1]!;
    const w = weight[s]!;
    let best = -1;
    let least = Infinity;
    for (let c = first[s]!; c < end && penalty[c]! < least; c += 1) {
      const cost = penalty[c]! + dual.quota[quota[c]!]! * load[c]! + dual.cloud[cloud[c]!]! * w;
      if (cost < least) [best, least] = [c, cost];
    }
    this.chosen[slot[s]!] = best;
    return least;
  }

  /** Costs of the candidates of s at these prices, changing none of them. */
  look(dual: Dual, s: number): void {
    if (this.#model.links.first[s + 1]! > this.#model.links.first[s]!) this.#collect(dual, s);
    this.price(dual, s);
  }

  /**
   * Costs of the candidates of s if each of its links charged it in full: what a placement costs at least with s there, up
   * to a constant. Ranks the candidates of linked services, whose usual costs leave out what links keep.
   */
  lookAhead(dual: Dual, s: number): void {
    const { links } = this.#model;
    const edges = Array.from(links.at.subarray(links.first[s]!, links.first[s + 1]!));
    const size = links.placeFirst[s + 1]! - links.placeFirst[s]!;
    const ends = edges.map((e) => endOf(this.#model, dual, e, s));
    const before = ends.map((end) => end.own.slice(end.ownFirst, end.ownFirst + size));
    ends.forEach((end, i) => this.#pull(s, edges[i]!, end));
    this.look(dual, s);
    ends.forEach((end, i) => end.own.set(before[i]!, end.ownFirst));
  }

  /** Costs of the candidates of s: penalty, priced capacity, and what its links charge to it. */
  price(dual: Dual, s: number): void {
    const { first, penalty, quota, load, cloud, weight, links, slot } = this.#model;
    const w = weight[s]!;
    const cost = this.cost;
    for (let c = first[s]!; c < first[s + 1]!; c += 1) {
      cost[c] = penalty[c]! + dual.quota[quota[c]!]! * load[c]! + dual.cloud[cloud[c]!]! * w;
    }
    if (links.first[s] === links.first[s + 1]) return;
    const places = links.placeFirst[s]!;
    const share = 1 / (slot[s + 1]! - slot[s]!);
    for (let c = first[s]!; c < first[s + 1]!; c += 1) cost[c]! += share * this.#charge[places + links.placeOf[c]!]!;
  }

  #collect(dual: Dual, s: number): void {
    const { links } = this.#model;
    const places = links.placeFirst[s]!;
    const size = links.placeFirst[s + 1]! - places;
    this.#charge.fill(0, places, places + size);
    for (let i = links.first[s]!; i < links.first[s + 1]!; i += 1) {
      const { own, ownFirst } = endOf(this.#model, dual, links.at[i]!, s);
      for (let p = 0; p < size; p += 1) this.#charge[places + p]! += own[ownFirst + p]!;
    }
  }

  /** Charge s, at each of its places, the least that link e can cost it there. */
  #pull(s: number, e: number, end: End): void {
    const { links, locations } = this.#model;
    const { place, placeFirst, egress, classOf } = links;
    const gb = links.gb[e]!;
    const inverse = this.#index(end);
    this.#reachClasses(end, gb);
    const size = placeFirst[s + 1]! - placeFirst[s]!;
    for (let p = 0; p < size; p += 1) {
      const here = place[placeFirst[s]! + p]!;
      const across = this.#forClass[classOf[here]!]!;
      const mate = inverse[here]!;
      const stay = mate < 0 ? Infinity : gb * egress[here * locations + here]! - end.other[end.otherFirst + mate]!;
      end.own[end.ownFirst + p] = stay < across ? stay : across;
    }
    this.#clear(end);
  }

  readonly #mates: { list?: Int32Array } = {};

  /** For each location, the partner's index of that place, or -1. Reset by #clear, so that it costs no allocation. */
  #index(end: End): Int32Array {
    const { place, placeFirst } = this.#model.links;
    const list = (this.#mates.list ??= new Int32Array(this.#model.locations).fill(-1));
    const from = placeFirst[end.partner]!;
    for (let p = from; p < placeFirst[end.partner + 1]!; p += 1) list[place[p]!] = p - from;
    return list;
  }

  #clear(end: End): void {
    const { place, placeFirst } = this.#model.links;
    const list = this.#mates.list!;
    for (let p = placeFirst[end.partner]!; p < placeFirst[end.partner + 1]!; p += 1) list[place[p]!] = -1;
  }

  /** Per class of own location: egress to the best partner place, priced as if it were another location. */
  #reachClasses(end: End, gb: number): void {
    const { place, placeFirst, classOf, classes, between } = this.#model.links;
    const from = placeFirst[end.partner]!;
    this.#byClass.fill(Infinity);
    for (let p = from; p < placeFirst[end.partner + 1]!; p += 1) {
      const k = classOf[place[p]!]!;
      const left = -end.other[end.otherFirst + p - from]!;
      if (left < this.#byClass[k]!) this.#byClass[k] = left;
    }
    for (let a = 0; a < classes; a += 1) {
      let best = Infinity;
      for (let b = 0; b < classes; b += 1) {
        const price = end.calls ? between[a * classes + b]! : between[b * classes + a]!;
        const total = this.#byClass[b]! + gb * price;
        if (total < best) best = total;
      }
      this.#forClass[a] = best;
    }
  }

  #push(dual: Dual, s: number, forward: boolean): void {
    const { links, slot, first } = this.#model;
    const [begin, end] = [links.first[s]!, links.first[s + 1]!];
    const later: End[] = [];
    for (let i = begin; i < end; i += 1) {
      const e = endOf(this.#model, dual, links.at[i]!, s);
      if (forward ? e.partner > s : e.partner < s) later.push(e);
    }
    if (later.length === 0) return;
    const picks = slot[s + 1]! - slot[s]!;
    const part = picks / Math.max(later.length, end - begin - later.length);
    let threshold = 0;
    for (let k = slot[s]!; k < slot[s + 1]!; k += 1) threshold = Math.max(threshold, this.cost[this.chosen[k]!]!);
    // The dearest chosen pick: only what lies above it can be given away without touching the choice.
    const places = links.placeFirst[s]!;
    const size = links.placeFirst[s + 1]! - places;
    const excess = this.#charge.subarray(places, places + size).fill(Infinity);
    for (let c = first[s]!; c < first[s + 1]!; c += 1) {
      const above = Math.max(0, this.cost[c]! - threshold);
      if (above < excess[links.placeOf[c]!]!) excess[links.placeOf[c]!] = above;
    }
    for (const e of later) for (let p = 0; p < size; p += 1) e.own[e.ownFirst + p]! -= part * excess[p]!;
  }
}
