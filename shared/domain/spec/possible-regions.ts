import type { Constraints } from '../../contracts/application-spec.ts';
import type { KnownWorld } from './known.ts';
import { matches } from './validate-world.ts';

/**
 * Regions that clouds, regions and residency leave, `aws/eu-west-1`. Undefined where that cannot be known: without a world, or where
 * regions of a private cloud, which no catalogue knows, may be meant.
 */
export function possibleRegions(
  constraints: Constraints,
  known: KnownWorld | undefined,
): readonly string[] | undefined {
  const { clouds, regions, dataResidency } = constraints;
  if (known === undefined || [...(clouds?.allow ?? []), ...(regions?.allow ?? [])].some(isPrivate)) return undefined;
  return known.regions.filter((id) => {
    const [cloud = '', name = ''] = id.split('/');
    return (
      isAllowed(clouds, [cloud]) &&
      isAllowed(regions, [id, name]) &&
      (dataResidency === undefined || dataResidency.some((code) => known.regionsIn?.[code]?.includes(id) ?? true))
    );
  });
}

const isPrivate = (pattern: string): boolean => pattern === 'private' || pattern.startsWith('private/');

function isAllowed(lists: Constraints['regions'], names: readonly string[]): boolean {
  const any = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => names.some((name) => matches(pattern, name)));
  return (lists?.allow === undefined || any(lists.allow)) && !any(lists?.deny ?? []);
}
