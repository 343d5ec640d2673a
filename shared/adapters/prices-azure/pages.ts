import { CloudUnreachable } from '../../ports/cloud-target.ts';
import { fetchJson } from '../price-reading/fetch-json.ts';
import { fieldsOf, isFields, textOf, type Fields } from '../price-reading/fields.ts';

export interface Asked {
  readonly service: 'Azure Container Apps' | 'Container Instances' | 'Bandwidth';
  readonly region: string;
  readonly area: string;
}

export interface Listed {
  readonly ask: Asked;
  readonly items: readonly Fields[];
  readonly requests: number;
}

const mostPages = 50;

/** Every page of one question. The values of the filter are case-sensitive since this version of the API. */
export async function listAll(base: URL, ask: Asked): Promise<Listed> {
  const first = new URL(base);
  first.searchParams.set('api-version', '2023-01-01-preview');
  first.searchParams.set('currencyCode', 'USD');
  first.searchParams.set(
    '$filter',
    `serviceName eq '${ask.service}' and armRegionName eq '${ask.region}' and priceType eq 'Consumption'`,
  );
  const items: Fields[] = [];
  const seen = new Set<string>();
  let url: URL | undefined = first;
  for (let requests = 1; requests <= mostPages; requests += 1) {
    seen.add(url.href);
    const answer = fieldsOf(await fetchJson(url));
    const page = answer['Items'];
    if (!Array.isArray(page) || !page.every(isFields)) throw unlike(first, 'it has no list of items');
    if (answer['Count'] !== undefined && answer['Count'] !== page.length) {
      throw unlike(first, `it has ${page.length} items and says ${String(answer['Count'])}`);
    }
    items.push(...page);
    const next = textOf(answer['NextPageLink']);
    if (next === '') return { ask, items, requests };
    url = following(next, first);
    if (seen.has(url.href)) break;
  }
  throw unlike(first, `it has no end, or more than ${mostPages} pages`);
}

/** A link of an answer is followed to the host that was asked, and nowhere else. */
function following(link: string, first: URL): URL {
  if (!URL.canParse(link)) throw unlike(first, `its next page is "${link.slice(0, 80)}"`);
  const url = new URL(link);
  // The real API writes its default port out.
  if (url.origin !== first.origin || url.pathname !== first.pathname) {
    throw unlike(first, `its next page is elsewhere: ${url.origin}${url.pathname}`);
  }
  return url;
}

function unlike(url: URL, what: string): CloudUnreachable {
  return new CloudUnreachable(`${url.origin} does not answer as the Azure Retail Prices API does: ${what}`);
}
