import { join } from 'node:path';
import type { Stage } from './check.ts';
import { must, type Variables } from './command.ts';
import type { Clouds } from './stand-ins.ts';

/** The clouds' own command line tools, pointed at the sandbox by configuration only. Each answers with parsed JSON. */
export interface Clients {
  aws<T>(...args: string[]): Promise<T>;
  gcloud<T>(...args: string[]): Promise<T>;
  az<T>(...args: string[]): Promise<T>;
}

const awsVariables: Variables = {
  AWS_ACCESS_KEY_ID: 'outside',
  AWS_SECRET_ACCESS_KEY: 'outside',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

// gcloud puts the region before the endpoint's host, so that an address cannot be used: a made-up host is, and the sandbox serves
// as the HTTP proxy for it.
const gcloudVariables = (stage: Stage, { gcp }: Clouds): Variables => ({
  http_proxy: gcp,
  CLOUDSDK_CONFIG: join(stage.folder, 'gcloud'),
  CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: 'http://run.test/',
  CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
  CLOUDSDK_CORE_SHOULD_PROMPT_TO_ENABLE_API: 'false',
  CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
  CLOUDSDK_CORE_PROJECT: 'homeostasis-sandbox',
});

const azVariables = (stage: Stage, { azure, caFile }: Clouds): Variables => ({
  AZURE_CONFIG_DIR: join(stage.folder, 'azure'),
  AZURE_CORE_COLLECT_TELEMETRY: 'false',
  AZURE_CORE_NO_COLOR: 'true',
  REQUESTS_CA_BUNDLE: caFile,
  MSI_ENDPOINT: `${azure}/msi/token`,
  MSI_SECRET: 'sandbox',
  // Makes az take the App Service form of the identity endpoint.
  APPSETTING_WEBSITE_SITE_NAME: 'sandbox',
  NO_PROXY: '127.0.0.1,localhost',
});

/** @throws Error when az cannot register the cloud or sign in to it. */
export async function clientsOf(stage: Stage, clouds: Clouds): Promise<Clients> {
  const parsed = (text: string): unknown => (text.trim() === '' ? undefined : JSON.parse(text));
  const gcloud = gcloudVariables(stage, clouds);
  const azure = azVariables(stage, clouds);
  const az = (...args: string[]) => must(stage, ['az', ...args, '--output', 'json'], azure);
  await az('cloud', 'register', '-n', 'Sandbox', '--endpoint-resource-manager', clouds.azure);
  await az('cloud', 'set', '-n', 'Sandbox');
  await az('login', '--identity');
  return {
    aws: async <T>(...args: string[]) =>
      parsed(await must(stage, ['aws', '--endpoint-url', clouds.aws, '--output', 'json', ...args], awsVariables)) as T,
    gcloud: async <T>(...args: string[]) =>
      parsed(await must(stage, ['gcloud', ...args, '--format', 'json'], gcloud)) as T,
    az: async <T>(...args: string[]) => parsed(await az(...args)) as T,
  };
}
