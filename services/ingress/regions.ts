import type { Settings } from '../../shared/domain/settings/index.ts';

/** Of every cloud that is enabled, the regions (cloud/region) that are configured, or else those that the catalogue knows. */
export async function regionsOf(clouds: Settings['clouds']): Promise<Readonly<Record<string, readonly string[]>>> {
  const enabled = Object.entries(clouds).filter(([, { enabled }]) => enabled);
  const each = enabled.map(async ([cloud, settings]) => [cloud, await named(cloud, settings.regions)] as const);
  return Object.fromEntries(await Promise.all(each));
}

async function named(cloud: string, configured: readonly string[] | undefined): Promise<readonly string[]> {
  if (configured !== undefined) return configured.map((region) => `${cloud}/${region}`);
  // A function starts without the catalogue: few ask.
  const { regions } = await import('../../shared/catalogue/index.ts');
  return regions()
    .map(({ id }) => id)
    .filter((id) => id.startsWith(`${cloud}/`));
}
