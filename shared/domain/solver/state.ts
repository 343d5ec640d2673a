import type { Model } from './model.ts';

/**
 * A placement in the making: which candidate each slot holds (-1 for none), the room left, and enough bookkeeping to answer
 * "may this slot move there" and "what would that cost" without looking at the rest. `put` obeys; only `fits` judges.
 */
export class State {
  readonly model: Model;
  readonly choice: Int32Array;
  readonly quotaFree: Float64Array;
  readonly cloudFree: Float64Array;
  /** Slots on each quota and on each cloud, in no order that matters; at[slot] is the position in both. */
  readonly onQuota: number[][];
  readonly onCloud: number[][];
  readonly #quotaAt: Int32Array;
  readonly #cloudAt: Int32Array;
  /** Picks of group g on cloud c, and at location l. */
  readonly groupCloud: Int32Array;
  readonly groupLocation: Int32Array;

  constructor(model: Model) {
    this.model = model;
    this.choice = new Int32Array(model.owner.length).fill(-1);
    this.quotaFree = model.quotaCapacity.slice();
    this.cloudFree = model.cloudCapacity.slice();
    this.onQuota = Array.from({ length: model.quotaCapacity.length }, () => []);
    this.onCloud = Array.from({ length: model.clouds }, () => []);
    this.#quotaAt = new Int32Array(model.owner.length);
    this.#cloudAt = new Int32Array(model.owner.length);
    this.groupCloud = new Int32Array(model.groups.count * model.clouds);
    this.groupLocation = new Int32Array(model.groups.count * model.locations);
  }

  /** Puts slot k on candidate c, or takes it off everything with -1. */
  put(k: number, c: number): void {
    const old = this.choice[k]!;
    if (old >= 0) {
      this.#count(k, old, -1);
      drop(this.onQuota[this.model.quota[old]!]!, this.#quotaAt, k);
      drop(this.onCloud[this.model.cloud[old]!]!, this.#cloudAt, k);
    }
    this.choice[k] = c;
    if (c < 0) return;
    this.#count(k, c, 1);
    this.#quotaAt[k] = this.onQuota[this.model.quota[c]!]!.push(k) - 1;
    this.#cloudAt[k] = this.onCloud[this.model.cloud[c]!]!.push(k) - 1;
  }

  #count(k: number, c: number, sign: number): void {
    const { quota, cloud, location, load, weight, owner, groups, clouds, locations } = this.model;
    const s = owner[k]!;
    this.quotaFree[quota[c]!]! -= sign * load[c]!;
    this.cloudFree[cloud[c]!]! -= sign * weight[s]!;
    for (let i = groups.first[s]!; i < groups.first[s + 1]!; i += 1) {
      this.groupCloud[groups.member[i]! * clouds + cloud[c]!]! += sign;
      this.groupLocation[groups.member[i]! * locations + location[c]!]! += sign;
    }
  }

  /** Room on both rows, once slot k has left where it is. */
  hasRoom(k: number, c: number): boolean {
    const { quota, cloud, load, weight, owner } = this.model;
    const old = this.choice[k]!;
    const w = weight[owner[k]!]!;
    const [q, r] = [quota[c]!, cloud[c]!];
    const freed = old >= 0 && quota[old] === q ? load[old]! : 0;
    if (this.quotaFree[q]! + freed < load[c]!) return false;
    return this.cloudFree[r]! + (old >= 0 && cloud[old] === r ? w : 0) >= w;
  }

  fits(k: number, c: number): boolean {
    return this.hasRoom(k, c) && this.spreads(k, c);
  }

  /** Would the service and its groups still be spread as asked? Something not spread yet may not get worse. */
  spreads(k: number, c: number): boolean {
    const { owner, slot, groups } = this.model;
    const s = owner[k]!;
    if (slot[s + 1]! - slot[s]! > 1 && !this.#serviceSpreads(s, k, c)) return false;
    for (let i = groups.first[s]!; i < groups.first[s + 1]!; i += 1) {
      if (!this.#groupSpreads(groups.member[i]!, this.choice[k]!, c)) return false;
    }
    return true;
  }

  #serviceSpreads(s: number, k: number, c: number): boolean {
    const { slot, cloud, location, minimumClouds, minimumLocations } = this.model;
    const picks = slot[s + 1]! - slot[s]!;
    for (let i = slot[s]!; i < slot[s + 1]!; i += 1) if (i !== k && this.choice[i] === c) return false;
    // Slots not yet placed still can add a cloud each, so only repeats use up what is to spare.
    const move = { k, c };
    if (this.#repeats(s, move, cloud) > picks - Math.max(1, minimumClouds[s]!)) return false;
    return this.#repeats(s, move, location) <= picks - Math.max(1, minimumLocations[s]!);
  }

  /** Picks of s that stand where an earlier pick already does, if slot k stood on c. */
  #repeats(s: number, { k, c }: { readonly k: number; readonly c: number }, key: Int32Array): number {
    const { slot } = this.model;
    const keyOf = (i: number): number => {
      const held = i === k ? c : this.choice[i]!;
      return held < 0 ? -1 : key[held]!;
    };
    let count = 0;
    for (let i = slot[s]! + 1; i < slot[s + 1]!; i += 1) {
      const mine = keyOf(i);
      let j = slot[s]!;
      while (j < i && keyOf(j) !== mine) j += 1;
      if (mine >= 0 && j < i) count += 1;
    }
    return count;
  }

  #groupSpreads(g: number, old: number, c: number): boolean {
    if (old < 0) return true;
    const { groups, clouds, locations, cloud, location } = this.model;
    // Leaving company behind never thins a group out: the common case, answered without looking at the group.
    if (this.groupCloud[g * clouds + cloud[old]!] === 1) {
      const counts = this.groupCloud.subarray(g * clouds, (g + 1) * clouds);
      if (loses(counts, cloud[old]!, cloud[c]!, groups.minimumClouds[g]!)) return false;
    }
    if (this.groupLocation[g * locations + location[old]!] !== 1) return true;
    const counts = this.groupLocation.subarray(g * locations, (g + 1) * locations);
    return !loses(counts, location[old]!, location[c]!, groups.minimumLocations[g]!);
  }

  /** Egress of slot k's links if it stood on candidate c; links to slots without a place cost nothing yet. */
  egress(k: number, c: number): number {
    const { owner, links, slot, location, locations } = this.model;
    const s = owner[k]!;
    const here = location[c]!;
    let total = 0;
    for (let i = links.first[s]!; i < links.first[s + 1]!; i += 1) {
      const e = links.at[i]!;
      const calls = links.from[e] === s;
      const t = calls ? links.to[e]! : links.from[e]!;
      let sum = 0;
      for (let j = slot[t]!; j < slot[t + 1]!; j += 1) {
        const other = this.choice[j]!;
        if (other < 0) continue;
        const there = location[other]!;
        sum += calls ? links.egress[here * locations + there]! : links.egress[there * locations + here]!;
      }
      total += (links.gb[e]! * sum) / ((slot[t + 1]! - slot[t]!) * (slot[s + 1]! - slot[s]!));
    }
    return total;
  }

  /** Penalty and egress of slot k on candidate c. */
  cost(k: number, c: number): number {
    return this.model.penalty[c]! + this.egress(k, c);
  }

  /** Sum over all placed slots, each pair of linked slots counted once. */
  objective(): number {
    const { owner, penalty, links } = this.model;
    let total = 0;
    for (let k = 0; k < this.choice.length; k += 1) {
      const c = this.choice[k]!;
      if (c < 0) continue;
      total += penalty[c]!;
      const s = owner[k]!;
      if (links.first[s + 1]! > links.first[s]!) total += this.egress(k, c) / 2;
    }
    return total;
  }

  unplaced(): number {
    let count = 0;
    for (let k = 0; k < this.choice.length; k += 1) if (this.choice[k]! < 0) count += 1;
    return count;
  }

  restore(choice: Int32Array): void {
    for (let k = 0; k < choice.length; k += 1) if (choice[k] !== this.choice[k]) this.put(k, choice[k]!);
  }
}

/** Would moving the only pick on `old` to `next` leave fewer distinct entries than the minimum, and fewer than now? */
function loses(counts: Int32Array, old: number, next: number, minimum: number): boolean {
  if (minimum <= 1 || old === next || counts[next] === 0) return false;
  let distinct = 0;
  for (const count of counts) if (count > 0) distinct += 1;
  return distinct <= minimum;
}

function drop(list: number[], at: Int32Array, k: number): void {
  const last = list.pop()!;
  if (last === k) return;
  list[at[k]!] = last;
  at[last] = at[k]!;
}
