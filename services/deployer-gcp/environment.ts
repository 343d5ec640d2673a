import { parseSettings, type GcpSettings } from './settings.ts';

/** Where reports go: the control plane's `/v1/events`. */
interface Reports {
  readonly url: string;
  /** Bearer token. */
  readonly token: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a deployed function is told by its environment. The token comes from Secret Manager (`--set-secrets`).
 * @throws Error naming the variable that is missing or wrong.
 */
export function settingsFrom(environment: Environment): { readonly settings: GcpSettings; readonly reports: Reports } {
  const regions = listOf(environment['HOMEOSTASIS_GCP_REGIONS']);
  const settings = parseSettings({
    project: required(environment, 'HOMEOSTASIS_GCP_PROJECT'),
    ...(regions.length === 0 ? {} : { regions }),
    ...given('endpoint', environment['HOMEOSTASIS_GCP_ENDPOINT']),
    ...given('transport', environment['HOMEOSTASIS_GCP_TRANSPORT']),
    public: flag(environment, 'HOMEOSTASIS_GCP_PUBLIC'),
    remoteRepositories: pairsOf(environment, 'HOMEOSTASIS_GCP_REMOTE_REPOSITORIES'),
  });
  const url = required(environment, 'HOMEOSTASIS_REPORTS_URL');
  if (!URL.canParse(url)) throw new Error(`HOMEOSTASIS_REPORTS_URL is "${url}", which is no URL`);
  return { settings, reports: { url, token: required(environment, 'HOMEOSTASIS_REPORTS_TOKEN') } };
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
