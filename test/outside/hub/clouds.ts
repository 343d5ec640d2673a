import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAzure, writeGcp } from '../../../scripts/package/other-clouds.ts';
import { catalogue } from '../../../shared/catalogue/index.ts';
import { startAuthority, type Authority } from '../../federation/authority.ts';
import { names } from '../../federation/trust.ts';
import { startAzureHost } from '../../hosts/azure-host.ts';
import { startGcpHost } from '../../hosts/gcp-host.ts';
import type { Stage } from '../check.ts';
import { root } from '../command.ts';
import { startClouds, type Clouds } from '../stand-ins.ts';
import { startWire } from '../wire.ts';

/** What the other clouds' functions report to, and as whom. */
export const reports = {
  azure: { issuer: 'azure', audience: names.hub },
  gcp: { issuer: 'google', audience: 'https://hub.homeostasis.test' },
} as const;

const regionsOf = (cloud: string): string =>
  catalogue.regions
    .filter((each) => each.cloud === cloud)
    .map((each) => each.name)
    .join(',');

/** Address that the Cloud Run function's tokens are for. */
const cloudRun = 'https://deployer-123456789.europe-west1.run.app';

export interface OtherClouds {
  /** The relay's settings, with the addresses of this machine. */
  readonly relay: Readonly<Record<string, unknown>>;
  readonly logs: () => string;
  readonly azureDoor: Door;
}

/** Of a function app; shut, it answers as one whose function was not published. */
export interface Door {
  shut: boolean;
}

export interface Foreign {
  /** Token services of the three clouds. */
  readonly authority: Authority;
  readonly sandbox: Clouds;
  /** PEM file with the authorities that both present. */
  readonly caFile: string;
}

export async function openForeign(stage: Stage): Promise<Foreign> {
  const [authority, sandbox] = await Promise.all([startAuthority(), startClouds(stage)]);
  stage.defer(() => authority.close());
  const caFile = join(stage.folder, 'authorities.pem');
  writeFileSync(caFile, `${authority.ca}\n${readFileSync(sandbox.caFile, 'utf8')}`);
  return { authority, sandbox, caFile };
}

/** The packaged functions of Azure and Google Cloud in their own hosts, each with its cloud's identity and nothing else. */
export async function openFunctions(stage: Stage, foreign: Foreign, hub: string): Promise<OtherClouds> {
  const { authority, sandbox, caFile } = foreign;
  await writeAzure(stage.folder);
  await writeGcp(stage.folder);
  // What Google Cloud's build installs beside the source.
  symlinkSync(join(root, 'node_modules'), join(stage.folder, 'gcp-source', 'node_modules'));
  const reportsTo = (cloud: keyof typeof reports) => ({
    HOMEOSTASIS_REPORTS_URL: `${hub}/${reports[cloud].issuer}/v1/events`,
    HOMEOSTASIS_REPORTS_AUDIENCE: reports[cloud].audience,
  });
  const { applications, managed } = authority.trust.entra;
  // The managed identity may call the Resource Manager.
  applications[sandbox.azure] = { id: 'https://management.azure.com', assigned: [managed.client] };
  const azure = await startAzureHost({
    entry: join(stage.folder, 'azure', 'index.mjs'),
    environment: {
      ...reportsTo('azure'),
      HOMEOSTASIS_CALLER: names.client,
      HOMEOSTASIS_CALLER_AUDIENCE: names.functionAppId,
      HOMEOSTASIS_CALLER_ISSUER: authority.issuers.entra.url,
      HOMEOSTASIS_AZURE_SUBSCRIPTION: '00000000-0000-4000-8000-000000000001',
      HOMEOSTASIS_AZURE_RESOURCE_GROUP: 'homeostasis',
      HOMEOSTASIS_AZURE_RESOURCE_GROUP_LOCATION: 'eastus',
      HOMEOSTASIS_AZURE_REGIONS: regionsOf('azure'),
      HOMEOSTASIS_AZURE_ENDPOINT: sandbox.azure,
      AZURE_CLIENT_ID: managed.client,
      IDENTITY_ENDPOINT: `${authority.url}/msi/token`,
      IDENTITY_HEADER: 'local',
      NODE_EXTRA_CA_CERTS: caFile,
    },
  });
  stage.defer(() => azure.close());
  const azureDoor: Door = { shut: false };
  const way = await startWire(azure.url, () =>
    azureDoor.shut ? { kind: 'answer', status: 404, body: '' } : { kind: 'pass' },
  );
  stage.defer(() => way.close());
  const gcp = await startGcpHost({
    entry: join(stage.folder, 'gcp-source'),
    environment: {
      ...reportsTo('gcp'),
      HOMEOSTASIS_CALLER: names.invoker,
      HOMEOSTASIS_CALLER_AUDIENCE: cloudRun,
      HOMEOSTASIS_CALLER_ISSUER: authority.issuers.google.url,
      HOMEOSTASIS_GCP_REGIONS: regionsOf('gcp'),
      HOMEOSTASIS_GCP_PROJECT: 'homeostasis-sandbox',
      HOMEOSTASIS_GCP_ENDPOINT: sandbox.gcp,
      HOMEOSTASIS_GCP_TRANSPORT: 'rest',
      HOMEOSTASIS_GCP_REMOTE_REPOSITORIES: 'ghcr.io=europe-docker.pkg.dev/homeostasis-sandbox/ghcr',
      GCE_METADATA_HOST: new URL(authority.url).host,
    },
  });
  stage.defer(() => gcp.close());
  const relay = {
    azure: {
      url: `${way.endpoint}/api/events`,
      audience: names.functionApp,
      tenant: names.tenant,
      client: names.client,
      authorityHost: authority.secureUrl,
    },
    gcp: {
      url: gcp.url,
      audience: cloudRun,
      provider: names.provider,
      serviceAccount: names.invoker,
      tokenUrl: `${authority.url}/v1/token`,
      credentialsUrl: authority.url,
    },
  };
  return { relay, azureDoor, logs: () => `${azure.output()}\n${gcp.output()}` };
}
