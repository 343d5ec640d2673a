import type { ContainerGroup } from '@azure/arm-containerinstance';
import { otherSlot, type Slot } from './names.ts';
import { fromTags, type FoundMarks } from './tags.ts';

/** The container groups of one deployment, in both slots. */
export interface Standing {
  readonly base: string;
  readonly groups: readonly Placed[];
}

export interface Placed {
  readonly slot: Slot;
  readonly index: number;
  readonly group: ContainerGroup;
}

export interface Current {
  readonly slot: Slot;
  /** Marks of the newest generation in the slot. */
  readonly marks: FoundMarks;
  /** In order of their index. */
  readonly groups: readonly Placed[];
}

/** The slot that carries the newest generation: what is in the other one was replaced and is still to go. */
export function current(standing: Standing): Current | undefined {
  const newest = newestOf(standing.groups);
  if (newest === undefined) return undefined;
  const groups = standing.groups.filter(({ slot }) => slot === newest.slot).sort((a, b) => a.index - b.index);
  return { slot: newest.slot, marks: fromTags(newest.group.tags), groups };
}

function newestOf(groups: readonly Placed[]): Placed | undefined {
  const age = ({ group, index }: Placed) => [fromTags(group.tags).generation ?? 0, -index] as const;
  return groups.toSorted((a, b) => {
    const [[generationA, indexA], [generationB, indexB]] = [age(a), age(b)];
    return generationB - generationA || indexB - indexA;
  })[0];
}

/** Groups that no replica of the current generation is: of the other slot, or beyond the number of replicas. */
export function leftovers(standing: Standing): readonly ContainerGroup[] {
  const now = current(standing);
  if (now === undefined) return [];
  // Scaled to zero keeps one stopped group.
  const kept = Math.max(1, now.marks.replicas ?? 0);
  const other = otherSlot(now.slot);
  return standing.groups.filter(({ slot, index }) => slot === other || index >= kept).map(({ group }) => group);
}

/** How many indices of a slot have to be looked at, as its groups' own marks tell. */
export function spanOf(groups: readonly ContainerGroup[]): number {
  const marks = groups.map(({ tags }) => fromTags(tags));
  return Math.max(0, ...marks.map(({ replicas = 0, span = 0 }) => Math.max(replicas, span)));
}
