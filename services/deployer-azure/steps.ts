import type { ContainerGroup } from '@azure/arm-containerinstance';
import { isStopped } from './observe-groups.ts';
import { groupShape, portOf, sameGround } from './group-shape.ts';
import { groupName, otherSlot, type Slot } from './names.ts';
import type { GroupPlan } from './plan-groups.ts';
import { differences } from './shape.ts';
import { current, type Current, type Placed, type Standing } from './standing.ts';
import { fromTags } from './tags.ts';

export type Step =
  | { readonly kind: 'put'; readonly name: string; readonly span: number }
  | { readonly kind: 'delete'; readonly name: string }
  /** Take over the marks and stop: zero replicas. */
  | { readonly kind: 'sleep'; readonly name: string; readonly span: number };

/**
 * What has to be done so that the plan stands, in phases that follow each other; empty phases when it does. Pure.
 *
 * Deletions come first: until they are accepted, the remaining groups carry the old number of replicas, from which a repeated
 * command learns how many there may be. A failed command can therefore always be repeated.
 */
export function stepsOf(plan: GroupPlan, standing: Standing): readonly (readonly Step[])[] {
  const now = current(standing);
  const slot = slotFor(plan, now);
  const here = standing.groups.filter((placed) => placed.slot === slot);
  const { replicas } = plan.marks;
  const kept = Math.max(1, replicas);
  // What an earlier change of size left in this slot cannot be turned into what is wanted: it makes room, and the write that then
  // finds it still going is tried again.
  const surplus = here
    .filter(({ index, group }) => index >= kept || (replicas > 0 && !sameGround(plan.body, group)))
    .filter(({ group }) => group.provisioningState !== 'Deleting');
  const span = Math.max(kept, ...here.map(({ index }) => index + 1));
  const deletions = surplus.map(({ group }): Step => ({ kind: 'delete', name: group.name ?? '' }));
  if (replicas === 0) return [deletions, asleep(plan, here, { slot, span })];
  const writes = Array.from({ length: replicas }, (_, index) => index)
    .filter((index) => !stands(plan, here.find((placed) => placed.index === index)?.group))
    .map((index): Step => ({ kind: 'put', name: groupName(plan.base, slot, index), span }));
  return [deletions, writes];
}

/** In place where Azure can, else beside: CPU and memory of a container group are fixed at its birth. */
function slotFor(plan: GroupPlan, now: Current | undefined): Slot {
  const present = now?.groups[0];
  if (now === undefined || present === undefined) return 'a';
  if (plan.marks.replicas === 0) return now.slot;
  return now.groups.every(({ group }) => sameGround(plan.body, group)) ? now.slot : otherSlot(now.slot);
}

/** The group carries the command's generation and hash, has not drifted, and has not failed. */
function stands({ marks }: GroupPlan, group: ContainerGroup | undefined): boolean {
  if (group === undefined || isStopped(group)) return false;
  if (group.provisioningState === 'Failed' || group.provisioningState === 'Deleting') return false;
  const own = fromTags(group.tags);
  const tagged =
    own.identity !== undefined &&
    own.generation === marks.generation &&
    own.specHash === marks.specHash &&
    own.replicas === marks.replicas;
  const shape = groupShape(group, portOf(own.shape)?.protocol);
  return tagged && differences(marks.shape, shape).length === 0;
}

/** Zero replicas are one stopped group, made if need be: it keeps the generation, which fences off older commands. */
function asleep(plan: GroupPlan, here: readonly Placed[], at: { readonly slot: Slot; readonly span: number }): Step[] {
  const first = here.find(({ index }) => index === 0)?.group;
  const name = groupName(plan.base, at.slot, 0);
  if (first === undefined) return [{ kind: 'put', name, span: at.span }];
  const own = fromTags(first.tags);
  const marked = own.generation === plan.marks.generation && own.specHash === plan.marks.specHash && own.replicas === 0;
  return marked ? [] : [{ kind: 'sleep', name, span: at.span }];
}
