import type { State } from './state.ts';

/**
 * Spreads groups that the prices have bunched together: one member after the other moves to a cloud (or location) the
 * group is not on yet, the cheapest such move first. Groups it cannot help are left for `unspread` to report.
 */
export function mendGroups(state: State): void {
  const { groups } = state.model;
  for (let g = 0; g < groups.count; g += 1) {
    for (
      let tries = groups.minimumClouds[g]! + groups.minimumLocations[g]!;
      tries > 0 && !isSpread(state, g);
      tries -= 1
    ) {
      const move = cheapestSpread(state, g);
      if (move) state.put(move.k, move.c);
    }
  }
}

export function isSpread(state: State, g: number): boolean {
  const { groups, clouds, locations } = state.model;
  const distinct = (counts: Int32Array): number => counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return (
    distinct(state.groupCloud.subarray(g * clouds, (g + 1) * clouds)) >= groups.minimumClouds[g]! &&
    distinct(state.groupLocation.subarray(g * locations, (g + 1) * locations)) >= groups.minimumLocations[g]!
  );
}

/** Does moving from `old` to `c` add a cloud or, where clouds suffice, a location to group g? */
function adds(state: State, g: number, old: number, c: number): boolean {
  const { groups, clouds, locations, cloud, location } = state.model;
  const counts = state.groupCloud.subarray(g * clouds, (g + 1) * clouds);
  const needsCloud = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) < groups.minimumClouds[g]!;
  if (needsCloud) return counts[cloud[c]!] === 0 && counts[cloud[old]!]! > 1;
  const here = g * locations;
  return state.groupLocation[here + location[c]!] === 0 && state.groupLocation[here + location[old]!]! > 1;
}

function cheapestSpread(state: State, g: number): { readonly k: number; readonly c: number } | undefined {
  const { model, choice } = state;
  let best: { readonly k: number; readonly c: number } | undefined;
  let least = Infinity;
  for (let k = 0; k < choice.length; k += 1) {
    const s = model.owner[k]!;
    const old = choice[k]!;
    const members = model.groups.member.subarray(model.groups.first[s]!, model.groups.first[s + 1]!);
    if (old < 0 || !members.includes(g)) continue;
    const now = state.cost(k, old);
    for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
      if (!adds(state, g, old, c) || !state.fits(k, c)) continue;
      const change = state.cost(k, c) - now;
      if (change < least) [best, least] = [{ k, c }, change];
    }
  }
  return best;
}
