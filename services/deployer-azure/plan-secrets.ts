import type { Secret } from '@azure/arm-appcontainers';
import { hash } from 'node:crypto';
import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec } from '../../shared/ports/cloud-target.ts';
import type { AzureSettings } from './settings.ts';

export interface AppSecrets {
  /** References into Key Vault, resolved by the app's identity. */
  readonly list: readonly Secret[];
  readonly env: readonly { readonly name: string; readonly secretRef: string }[];
}

/** @throws InvalidSpec when a reference cannot lead into a Key Vault. */
export function planSecrets(workload: Workload, settings: AzureSettings, target: string): AppSecrets {
  if (workload.secrets.length === 0) return { list: [], env: [] };
  const vault = settings.keyVaultUrl?.replace(/\/+$/, '');
  if (vault === undefined) {
    throw new InvalidSpec(
      `${target}: the workload refers to secrets (${workload.secrets.map(({ secret }) => secret).join(', ')}), ` +
        'but no Key Vault is configured: set keyVaultUrl of the Azure cloud',
    );
  }
  const identity = workload.hints.azure?.identity ?? settings.identity ?? 'system';
  const secrets = new Map<string, Secret>();
  const env = workload.secrets.map(({ env: name, secret, key }) => {
    requireVaultName(secret, key, target);
    const secretRef = localName(secret);
    secrets.set(secretRef, { name: secretRef, keyVaultUrl: `${vault}/secrets/${secret}`, identity });
    return { name, secretRef };
  });
  return { list: [...secrets.values()], env };
}

/** Key Vault names are letters, digits and hyphens; a version may follow. Its secrets have no keys inside. */
function requireVaultName(secret: string, key: string | undefined, target: string): void {
  if (key !== undefined) {
    throw new InvalidSpec(
      `${target}: secret "${secret}" asks for key "${key}" inside it, which Key Vault references cannot pick: store it as a secret of its own`,
    );
  }
  if (/^[0-9A-Za-z-]{1,127}(?:\/[0-9a-f]{32})?$/.test(secret)) return;
  throw new InvalidSpec(
    `${target}: "${secret}" is no Key Vault secret name: letters, digits and hyphens, optionally followed by /version`,
  );
}

/** Container Apps wants its own lower-case name of at most 20 characters or so; the hash keeps `A` and `a` apart. */
const localName = (secret: string): string => `kv-${hash('sha256', secret, 'hex').slice(0, 12)}`;
