import type { Problem } from './problem.ts';

/** Spread groups laid out flat: groups of service s are member[first[s]] .. member[first[s+1]-1]. */
export interface Groups {
  readonly count: number;
  readonly first: Int32Array;
  readonly member: Int32Array;
  readonly minimumClouds: Int32Array;
  readonly minimumLocations: Int32Array;
}

export function compileGroups(problem: Problem, slot: Int32Array): Groups {
  // A group none of whose members can stand asks for nothing.
  const groups = (problem.groups ?? []).filter((group) => group.services.some((s) => slot[s + 1]! > slot[s]!));
  const of: number[][] = problem.services.map(() => []);
  groups.forEach((group, g) => new Set(group.services).forEach((s) => of[s]!.push(g)));
  const first = new Int32Array(of.length + 1);
  of.forEach((list, s) => (first[s + 1] = first[s]! + list.length));
  return {
    count: groups.length,
    first,
    member: Int32Array.from(of.flat()),
    minimumClouds: Int32Array.from(groups, (group) => group.minimumClouds),
    minimumLocations: Int32Array.from(groups, (group) => group.minimumRegions ?? 0),
  };
}
