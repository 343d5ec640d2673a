import type { AzureApi } from './azure-api.ts';
import { groupName, slots, type Slot } from './names.ts';
import { spanOf, type Placed, type Standing } from './standing.ts';

/**
 * How many groups of a slot are looked for when none is known. Two, so that a deployment of which somebody deleted the first group
 * is not taken for gone; whoever deletes more by hand leaves orphans that the sweep (`list`) finds.
 */
const probed = 2;

/** The groups of one deployment, by name: first the probes of both slots, then as many more as the found ones tell of. */
export async function readStanding(api: AzureApi, base: string): Promise<Standing> {
  const read = async (slot: Slot, index: number): Promise<Placed | undefined> => {
    const group = await api.groups.get(groupName(base, slot, index));
    return group === undefined ? undefined : { slot, index, group };
  };
  const indices = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step);
  const slotted = slots.map(async (slot) => {
    const first = present(await Promise.all(indices(0, probed).map((index) => read(slot, index))));
    const span = spanOf(first.map(({ group }) => group));
    const rest = present(await Promise.all(indices(probed, span).map((index) => read(slot, index))));
    return [...first, ...rest];
  });
  return { base, groups: (await Promise.all(slotted)).flat() };
}

const present = <T>(items: readonly (T | undefined)[]): T[] => items.filter((item) => item !== undefined);
