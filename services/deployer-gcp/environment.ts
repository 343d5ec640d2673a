import { parseSettings, type GcpSettings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a deployed function is told by its environment. No secret is in it.
 * @throws Error naming the variable that is missing or wrong.
 */
export function settingsFrom(environment: Environment): GcpSettings {
  const regions = listOf(environment['HOMEOSTASIS_GCP_REGIONS']);
  return parseSettings({
    project: required(environment, 'HOMEOSTASIS_GCP_PROJECT'),
    ...(regions.length === 0 ? {} : { regions }),
    ...given('endpoint', environment['HOMEOSTASIS_GCP_ENDPOINT']),
    ...given('serviceAccount', environment['HOMEOSTASIS_GCP_SERVICE_ACCOUNT']),
    ...given('transport', environment['HOMEOSTASIS_GCP_TRANSPORT']),
    public: flag(environment, 'HOMEOSTASIS_GCP_PUBLIC'),
    remoteRepositories: pairsOf(environment, 'HOMEOSTASIS_GCP_REMOTE_REPOSITORIES'),
  });
}

function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (!value)
    throw new Error(
      `the environment variable ${name} is missing: the deployer for Google Cloud cannot start without it`,
    );
  return value;
}

const given = (field: string, value: string | undefined): Record<string, string> => (value ? { [field]: value } : {});

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function flag(environment: Environment, name: string): boolean {
  const value = environment[name] || 'true';
  if (value !== 'true' && value !== 'false') throw new Error(`${name} is "${value}"; allowed: true, false`);
  return value === 'true';
}

/** `host=repository`, separated by commas. */
function pairsOf(environment: Environment, name: string): Record<string, string> {
  const pairs = listOf(environment[name]).map((item) => {
    const [host = '', path = '', ...rest] = item.split('=');
    if (host === '' || path === '' || rest.length > 0) {
      throw new Error(
        `${name} holds "${item}"; expected host=repository, for example ghcr.io=europe-docker.pkg.dev/p/ghcr`,
      );
    }
    return [host, path] as const;
  });
  return Object.fromEntries(pairs);
}
