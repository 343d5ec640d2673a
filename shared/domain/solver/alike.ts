import type { Model } from './model.ts';

/** On average so many services of each kind make a problem one of likes. */
const FEW_KINDS = 8;

/**
 * Do most services come many times over, with the same candidates at the same penalties and loads? Prices then leave whole
 * kinds indifferent between places, so a search that is led by prices alone sees little difference between good and bad.
 */
export function haveLikes(model: Model): boolean {
  const { first, slot, penalty, load, weight } = model;
  const kinds = new Set<string>();
  let standing = 0;
  for (let s = 0; s < model.services; s += 1) {
    if (slot[s] === slot[s + 1]) continue;
    standing += 1;
    let penalties = 0;
    let loads = 0;
    for (let c = first[s]!, i = 1; c < first[s + 1]!; c += 1, i += 1) {
      penalties += penalty[c]! * i;
      loads += load[c]! * i;
    }
    kinds.add([first[s + 1]! - first[s]!, slot[s + 1]! - slot[s]!, weight[s]!, penalties, loads].join(' '));
  }
  return kinds.size * FEW_KINDS <= standing;
}
