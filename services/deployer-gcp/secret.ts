import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec } from '../../shared/ports/cloud-target.ts';

type SecretRef = Workload['secrets'][number];

/**
 * Where a secret is in Secret Manager. Its names have letters, digits, hyphens and underscores only, so every other character of the
 * cloud-neutral name becomes a hyphen; and a secret is one value without keys, so a key is part of the name: `shop/token` with key
 * `value` is the secret `shop-token-value`, as in Key Vault of Azure. A full name (`projects/p/secrets/s`, with or without
 * `/versions/3`) is taken as it is, but for a key.
 * @throws InvalidSpec for a name that Secret Manager cannot hold.
 */
export function secretKeyRef({ secret, key }: SecretRef): { readonly secret: string; readonly version: string } {
  const [, folder = '', inside, version = 'latest'] =
    /^(projects\/[^/]+\/secrets\/)([^/]+)(?:\/versions\/([^/]+))?$/.exec(secret) ?? [];
  const whole = inside ?? secret;
  return { secret: `${folder}${secretId(key === undefined ? whole : `${whole}-${key}`)}`, version };
}

const longestId = 255;

function secretId(text: string): string {
  const id = text.replace(/[^A-Za-z0-9_-]/g, '-');
  // Cut short, it would be somebody else's.
  if (id.length <= longestId) return id;
  throw new InvalidSpec(
    `secret "${id}" has ${id.length} characters; Secret Manager takes at most ${longestId}: give it a shorter name or key`,
  );
}
