import type { Problem } from './problem.ts';
import { amount } from './validate.ts';

/**
 * Links laid out flat, and egress as a table. Locations fall into classes whose members cost the same from and to every
 * other location, so that "the cheapest partner for each place" takes places x classes steps instead of places squared.
 */
export interface Links {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly gb: Float64Array;
  /** Links at service s: at[first[s]] .. at[first[s+1]-1]. */
  readonly first: Int32Array;
  readonly at: Int32Array;
  /** egress[a * locations + b], penalty per GB from a to b. */
  readonly egress: Float64Array;
  readonly classOf: Int32Array;
  readonly classes: number;
  /** between[A * classes + B]: from any location of class A to any *other* one of class B. */
  readonly between: Float64Array;
  /** Places of service s, ascending: place[placeFirst[s]] ..; placeOf maps a candidate to its index in that list. */
  readonly placeFirst: Int32Array;
  readonly place: Int32Array;
  readonly placeOf: Int32Array;
}

interface Flat {
  readonly services: number;
  readonly locations: number;
  readonly first: Int32Array;
  readonly location: Int32Array;
  readonly slot: Int32Array;
}

function table(problem: Problem, original: readonly number[]): Float64Array {
  const size = original.length;
  const egress = new Float64Array(size * size);
  for (let a = 0; a < size; a += 1) {
    for (let b = 0; b < size; b += 1) {
      const price = problem.egress(original[a]!, original[b]!);
      amount(price, `egress(${original[a]}, ${original[b]})`);
      egress[a * size + b] = price;
    }
  }
  return egress;
}

/** Would b be priced like a by everybody else, and is staying put never dearer than going next door? */
function alike(egress: Float64Array, size: number, a: number, b: number): boolean {
  const across = egress[a * size + b]!;
  if (across !== egress[b * size + a] || egress[a * size + a]! > across || egress[b * size + b]! > across) return false;
  for (let c = 0; c < size; c += 1) {
    if (c === a || c === b) continue;
    if (egress[a * size + c] !== egress[b * size + c] || egress[c * size + a] !== egress[c * size + b]) return false;
  }
  return true;
}

function classify(egress: Float64Array, size: number) {
  const classOf = new Int32Array(size);
  const leaders: number[] = [];
  const second: number[] = [];
  for (let a = 0; a < size; a += 1) {
    const known = leaders.findIndex((leader) => alike(egress, size, leader, a));
    classOf[a] = known < 0 ? leaders.push(a) - 1 : known;
    if (known >= 0) second[known] ??= a;
  }
  const classes = leaders.length;
  const between = new Float64Array(classes * classes);
  leaders.forEach((a, A) =>
    // Inside a class of one there is no other location; its own price is then what "between" means.
    leaders.forEach((b, B) => (between[A * classes + B] = egress[a * size + (A === B ? (second[A] ?? a) : b)]!)),
  );
  return { classOf, classes, between };
}

function placesOf(flat: Flat) {
  const placeFirst = new Int32Array(flat.services + 1);
  const placeOf = new Int32Array(flat.location.length);
  const place: number[] = [];
  for (let s = 0; s < flat.services; s += 1) {
    const own = [...new Set(flat.location.subarray(flat.first[s]!, flat.first[s + 1]!))].sort((a, b) => a - b);
    const index = new Map(own.map((location, i) => [location, i]));
    for (let c = flat.first[s]!; c < flat.first[s + 1]!; c += 1) placeOf[c] = index.get(flat.location[c]!)!;
    for (const location of own) place.push(location);
    placeFirst[s + 1] = place.length;
  }
  return { placeFirst, placeOf, place: Int32Array.from(place) };
}

const none = (size: number) => ({
  placeFirst: new Int32Array(size),
  placeOf: new Int32Array(0),
  place: new Int32Array(0),
});

export function compileLinks(problem: Problem, flat: Flat, original: readonly number[]): Links {
  const stands = (s: number): boolean => flat.slot[s + 1]! > flat.slot[s]!;
  const links = problem.links.filter((link) => link.gbPerMonth > 0 && stands(link.from) && stands(link.to));
  const of: number[][] = problem.services.map(() => []);
  links.forEach((link, e) => {
    of[link.from]!.push(e);
    of[link.to]!.push(e);
  });
  const first = new Int32Array(of.length + 1);
  of.forEach((list, s) => (first[s + 1] = first[s]! + list.length));
  const egress = links.length > 0 ? table(problem, original) : new Float64Array(0);
  return {
    count: links.length,
    from: Int32Array.from(links, (link) => link.from),
    to: Int32Array.from(links, (link) => link.to),
    gb: Float64Array.from(links, (link) => link.gbPerMonth),
    first,
    at: Int32Array.from(of.flat()),
    egress,
    ...classify(egress, links.length > 0 ? flat.locations : 0),
    ...(links.length > 0 ? placesOf(flat) : none(flat.services + 1)),
  };
}
