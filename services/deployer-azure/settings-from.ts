import type { AzureSettings, SignInSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings of a deployed function app.
 * @throws Error naming the variable that is missing or wrong.
 */
export function settingsFrom(environment: Environment): AzureSettings {
  const optional = {
    resourceGroupLocation: environment['HOMEOSTASIS_AZURE_RESOURCE_GROUP_LOCATION'],
    keyVaultUrl: environment['HOMEOSTASIS_AZURE_KEY_VAULT_URL'],
    identity: environment['HOMEOSTASIS_AZURE_IDENTITY'],
    endpoint: environment['HOMEOSTASIS_AZURE_ENDPOINT'],
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined && value !== '');
  const registries = listOf(environment['HOMEOSTASIS_AZURE_REGISTRIES']);
  return {
    subscription: required(environment, 'HOMEOSTASIS_AZURE_SUBSCRIPTION'),
    resourceGroup: required(environment, 'HOMEOSTASIS_AZURE_RESOURCE_GROUP'),
    regions: listOf(required(environment, 'HOMEOSTASIS_AZURE_REGIONS')),
    createEnvironments: flag(environment, 'HOMEOSTASIS_AZURE_CREATE_ENVIRONMENTS', true),
    ...(registries.length === 0 ? {} : { registries }),
    ...(Object.fromEntries(given) as Partial<Record<keyof typeof optional, string>>),
  };
}

/** Who signs in for a deployed function app; nothing set is its managed identity in Azure's public cloud. */
export function signInFrom(environment: Environment): SignInSettings {
  const tenant = environment['HOMEOSTASIS_AZURE_TENANT'];
  const authorityHost = environment['HOMEOSTASIS_AZURE_AUTHORITY_HOST'];
  return { ...(tenant ? { tenant } : {}), ...(authorityHost ? { authorityHost } : {}) };
}

export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value.trim() === '') throw new Error(`environment variable ${name} must be set`);
  return value.trim();
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function flag(environment: Environment, name: string, otherwise: boolean): boolean {
  const value = environment[name];
  if (value === undefined || value === '') return otherwise;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`environment variable ${name} is "${value}": it must be true or false`);
}
