import { areas } from './fact.ts';
import type { Read, Reader } from './refreshed.ts';
import type { Egress, Price, Region } from './types.ts';

/**
 * What leaves a region, with refreshed prices in place of the embedded ones.
 * @param names of the cloud's regions: pairs are asked for by them
 */
export function egressWith({ id, egress }: Region, reader: Reader, names: readonly string[]): Egress {
  const { read } = reader;
  const internet = reader.tiersOf(id) ?? egress.internet;
  const sameRegion = read(`${id}#sameRegion`, 'gb', egress.sameRegion);
  const interRegion = Object.fromEntries(
    areas.flatMap((area) => {
      const price = read(`${id}#interRegion.${area}`, 'gb', egress.interRegion[area]);
      return price === undefined ? [] : [[area, price]];
    }),
  );
  const toRegion = pairs({ id, egress }, read, names);
  return {
    interRegion,
    ...(internet === undefined ? {} : { internet }),
    ...(sameRegion === undefined ? {} : { sameRegion }),
    ...(toRegion === undefined ? {} : { toRegion }),
  };
}

function pairs(
  { id, egress }: Pick<Region, 'id' | 'egress'>,
  read: Read,
  names: readonly string[],
): Readonly<Record<string, Price>> | undefined {
  const found = names.flatMap((name) => {
    const price = read(`${id}#toRegion.${name}`, 'gb', egress.toRegion?.[name]);
    return price === undefined ? [] : [[name, price] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
