import { regions } from '../../shared/catalogue/index.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';

/** Of every cloud that is enabled, the regions (cloud/region) that are configured, or else those that the catalogue knows. */
export function regionsOf(clouds: Settings['clouds']): Readonly<Record<string, readonly string[]>> {
  const enabled = Object.entries(clouds).filter(([, { enabled }]) => enabled);
  return Object.fromEntries(enabled.map(([cloud, settings]) => [cloud, named(cloud, settings.regions)]));
}

function named(cloud: string, configured: readonly string[] | undefined): readonly string[] {
  if (configured !== undefined) return configured.map((region) => `${cloud}/${region}`);
  return regions()
    .map(({ id }) => id)
    .filter((id) => id.startsWith(`${cloud}/`));
}
