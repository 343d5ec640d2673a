import type { Workload } from '../../shared/contracts/workload.ts';

type SecretRef = Workload['secrets'][number];

/**
 * Where a secret is in Secret Manager. Its names have letters, digits, hyphens and underscores only, so every other character of the
 * cloud-neutral name becomes a hyphen; and a secret is one value without keys, so a key is part of the name: `shop/token` with key
 * `value` is the secret `shop-token-value`. A full name (`projects/p/secrets/s`, with or without `/versions/3`) is taken as it is.
 */
export function secretKeyRef({ secret, key }: SecretRef): { readonly secret: string; readonly version: string } {
  const full = /^(projects\/[^/]+\/secrets\/[^/]+)(?:\/versions\/([^/]+))?$/.exec(secret);
  const name = full?.[1] ?? secretId(key === undefined ? secret : `${secret}-${key}`);
  return { secret: name, version: full?.[2] ?? 'latest' };
}

const secretId = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 255);
