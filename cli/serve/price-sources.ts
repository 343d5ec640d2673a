import { awsPrices } from '../../shared/adapters/prices-aws/index.ts';
import { azurePrices } from '../../shared/adapters/prices-azure/index.ts';
import { gcpPrices } from '../../shared/adapters/prices-gcp/index.ts';
import type { CostSettings } from '../../shared/domain/settings/cost.ts';
import { Unauthorized } from '../../shared/ports/cloud-target.ts';
import type { PriceSource } from '../../shared/ports/price-source.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';

type Sources = CostSettings['prices']['sources'];

export interface PriceSourcesGiven {
  readonly secrets: Secrets;
  readonly now: () => number;
}

/**
 * A source for each price list that is configured and not switched off. Their clients are loaded by the first reading.
 * @throws Error naming a secret that cannot be had
 */
export function priceSources(
  { aws, azure, gcp }: Sources,
  { secrets, now }: PriceSourcesGiven,
): readonly PriceSource[] {
  const isOn = (source: { readonly enabled?: boolean } | undefined): boolean =>
    source !== undefined && source.enabled !== false;
  return [
    ...(isOn(aws) ? [awsPrices({ ...without(aws), now })] : []),
    ...(isOn(azure) ? [azurePrices({ ...without(azure), now })] : []),
    ...(isOn(gcp) ? [gcpPrices({ ...gcpAddress(gcp), ...keyOf(gcp, secrets), now })] : []),
  ];
}

function without<T extends { readonly enabled?: boolean }>(source: T | undefined): Omit<T, 'enabled'> {
  const { enabled: _, ...rest } = source ?? ({} as T);
  return rest;
}

function gcpAddress(gcp: Sources['gcp']): { readonly endpoint?: string } {
  return gcp?.endpoint === undefined ? {} : { endpoint: gcp.endpoint };
}

function keyOf(gcp: Sources['gcp'], secrets: Secrets): { readonly apiKey?: () => Promise<string> } {
  const source = gcp?.apiKey;
  if (source === undefined) return {};
  const named = (error: unknown): string => `cost.prices.sources.gcp.apiKey: ${(error as Error).message}`;
  try {
    secrets.check(source);
  } catch (error) {
    throw new Error(named(error), { cause: error });
  }
  return {
    apiKey: async () => {
      // Of two lines the first is the new one, as where secrets are accepted.
      const [first = ''] = await secrets.read(source).catch((error: unknown) => {
        throw new Unauthorized(named(error), { cause: error });
      });
      return first;
    },
  };
}
