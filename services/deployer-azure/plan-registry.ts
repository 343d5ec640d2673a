import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import type { AzureSettings } from './settings.ts';

/**
 * The private registry that the image comes from, and who pulls from it; undefined for one that asks nobody who he is.
 * @throws InvalidSpec when nobody is configured who may: Azure would accept the workload and never get the image.
 */
export function privateRegistry(
  { workload, target }: ApplyCommand,
  { registries = [], identity }: AzureSettings,
): { readonly server: string; readonly identity: string } | undefined {
  const server = registries.find((one) => workload.image.startsWith(`${one}/`));
  if (server === undefined) return undefined;
  const reader = workload.hints.azure?.identity ?? identity;
  if (reader !== undefined) return { server, identity: reader };
  throw new InvalidSpec(
    `${target}: ${workload.image} is in the private registry ${server}, but no identity may pull from it: set identity of the Azure cloud`,
  );
}
