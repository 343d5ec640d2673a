import type { CloudCatalogClient } from '@google-cloud/billing';
import { CloudUnreachable } from '../../ports/cloud-target.ts';
import { isFields, type Fields } from '../price-reading/fields.ts';
import { asPortError } from './errors.ts';

const mostPages = 40;

/** Every SKU of a service, in dollars. */
export async function listAll(
  client: CloudCatalogClient,
  { service, name }: { readonly service: string; readonly name: string },
): Promise<{ readonly skus: readonly Fields[]; readonly requests: number }> {
  const doing = `list prices of ${name}`;
  const skus: Fields[] = [];
  let pageToken = '';
  for (let requests = 1; requests <= mostPages; requests += 1) {
    const request = { parent: `services/${service}`, currencyCode: 'USD', pageSize: 5000, pageToken };
    const options = { autoPaginate: false, timeout: 60_000 };
    const [page, , answer] = await client.listSkus(request, options).catch((error: unknown) => {
      throw asPortError(error, doing);
    });
    skus.push(...(page as readonly unknown[]).filter(isFields));
    const next = (answer as { readonly nextPageToken?: string | null } | null)?.nextPageToken ?? '';
    if (next === '') return { skus, requests };
    if (next === pageToken) break;
    pageToken = next;
  }
  throw new CloudUnreachable(`Google Cloud could not ${doing}: the list has no end, or more than ${mostPages} pages`);
}
