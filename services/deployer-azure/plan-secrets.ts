import type { Secret } from '@azure/arm-appcontainers';
import { hash } from 'node:crypto';
import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec } from '../../shared/ports/cloud-target.ts';
import type { AzureSettings } from './settings.ts';

type SecretRef = Workload['secrets'][number];

export interface AppSecrets {
  /** References into Key Vault, resolved by the app's identity. */
  readonly list: readonly Secret[];
  readonly env: readonly { readonly name: string; readonly secretRef: string }[];
}

/** @throws InvalidSpec when a reference cannot lead into a Key Vault. */
export function planSecrets(workload: Workload, settings: AzureSettings, target: string): AppSecrets {
  if (workload.secrets.length === 0) return { list: [], env: [] };
  const { vault, identity } = readerOf(workload, settings, target);
  const secrets = new Map<string, Secret>();
  const env = workload.secrets.map((ref) => {
    const path = vaultPath(ref, target);
    const secretRef = localName(path);
    secrets.set(secretRef, { name: secretRef, keyVaultUrl: `${vault}/secrets/${path}`, identity });
    return { name: ref.env, secretRef };
  });
  return { list: [...secrets.values()], env };
}

/**
 * The vault and who reads it. An app's own (system-assigned) identity will not do: it comes into being with the app, so nobody can have
 * let it into the vault yet, and the app is not made because its secrets cannot be read (microsoft/azure-container-apps#733).
 */
function readerOf(workload: Workload, settings: AzureSettings, target: string) {
  const vault = settings.keyVaultUrl?.replace(/\/+$/, '');
  const identity = workload.hints.azure?.identity ?? settings.identity;
  if (vault !== undefined && identity !== undefined) return { vault, identity };
  const lacking =
    vault === undefined ? 'Key Vault is configured: set keyVaultUrl' : 'identity may read it: set identity';
  throw new InvalidSpec(
    `${target}: the workload refers to secrets (${workload.secrets.map(({ secret }) => secret).join(', ')}), but no ${lacking} of the Azure cloud`,
  );
}

/**
 * Where a secret is in Key Vault: `name` or `name/version`. Its names have letters, digits and hyphens only, so every other character
 * of the cloud-neutral name becomes a hyphen; and a secret is one value without keys, so a key is part of the name: `shop/token` with
 * key `value` is the secret `shop-token-value`, as in Secret Manager of Google Cloud. An ending of 32 hexadecimal digits is a version.
 */
function vaultPath({ secret, key }: SecretRef, target: string): string {
  const [, neutral = secret, version] = /^(.+)\/([0-9a-f]{32})$/.exec(secret) ?? [];
  const name = (key === undefined ? neutral : `${neutral}-${key}`).replace(/[^0-9A-Za-z-]/g, '-');
  if (name.length > longestName) {
    throw new InvalidSpec(
      `${target}: secret "${secret}" is called "${name}" in Key Vault, which takes at most ${longestName} characters: give it a shorter name`,
    );
  }
  return version === undefined ? name : `${name}/${version}`;
}

const longestName = 127;

/** Container Apps wants its own lower-case name of at most 20 characters or so; the hash keeps `A` and `a` apart. */
const localName = (path: string): string => `kv-${hash('sha256', path, 'hex').slice(0, 12)}`;
