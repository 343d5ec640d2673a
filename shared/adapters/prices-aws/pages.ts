import { GetProductsCommand, type PricingClient } from '@aws-sdk/client-pricing';
import { CloudUnreachable } from '../../ports/cloud-target.ts';
import { isFields, type Fields } from '../price-reading/fields.ts';
import { asPortError } from './errors.ts';

export interface Asked {
  readonly service: 'AmazonECS' | 'AWSELB' | 'AWSDataTransfer' | 'AmazonEC2';
  readonly filters: Readonly<Record<string, string>>;
}

export interface Listed {
  readonly ask: Asked;
  readonly products: readonly Fields[];
  readonly requests: number;
}

const mostPages = 100;

/** Every page of one question. */
export async function listAll(client: PricingClient, ask: Asked): Promise<Listed> {
  const doing = `list prices of ${ask.service} (${Object.values(ask.filters).join(', ')})`;
  const products: Fields[] = [];
  let token: string | undefined;
  for (let requests = 1; requests <= mostPages; requests += 1) {
    const answer = await client
      .send(
        new GetProductsCommand({
          ServiceCode: ask.service,
          FormatVersion: 'aws_v1',
          MaxResults: 100,
          Filters: Object.entries(ask.filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      )
      .catch((error: unknown) => {
        throw asPortError(error, doing);
      });
    for (const each of answer.PriceList ?? []) products.push(productOf(each, doing));
    const next = answer.NextToken;
    if (next === undefined || next === '') return { ask, products, requests };
    if (next === token) break;
    token = next;
  }
  throw new CloudUnreachable(`AWS could not ${doing}: the list has no end, or more than ${mostPages} pages`);
}

/** Each product is a JSON document in text. */
function productOf(text: unknown, doing: string): Fields {
  try {
    const product: unknown = JSON.parse(String(text));
    if (isFields(product)) return product;
  } catch (error) {
    throw new CloudUnreachable(`AWS could not ${doing}: a product is cut off: ${String(text).slice(0, 80)}`, {
      cause: error,
    });
  }
  throw new CloudUnreachable(`AWS could not ${doing}: a product is not an object: ${String(text).slice(0, 80)}`);
}
