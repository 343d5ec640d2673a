import { createMinuteBook } from '../core/metrics/minute-book.ts';
import { sampleUsage } from '../core/metrics/usage-sampler.ts';
import type { CloudFace, SandboxContext } from '../core/types.ts';
import { appVersions } from './container-apps/model.ts';
import { revisionRoutes } from './container-apps/revisions.ts';
import { containerAppRoutes } from './container-apps/routes.ts';
import { groupVersions } from './container-groups/model.ts';
import { containerGroupRoutes } from './container-groups/routes.ts';
import { createDispatcher } from './dispatch.ts';
import { genericResourceRoutes } from './generic-resources.ts';
import { identityRoutes } from './identity.ts';
import { environmentRoutes } from './managed-environments/routes.ts';
import { metadataRoute } from './metadata.ts';
import { measuredWorkloads } from './monitor/measured.ts';
import { monitorRoutes } from './monitor/routes.ts';
import { resourceGroupRoutes } from './resource-groups.ts';
import { listen } from './server.ts';
import { createState } from './state.ts';
import { resourcesVersions, subscriptionRoutes } from './subscriptions.ts';

export interface AzureOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** When given, only these subscriptions exist; otherwise every well-formed GUID is one. */
  readonly subscriptions?: readonly string[];
  readonly tenant?: string;
  /** Items per page of every list, default 100. */
  readonly pageSize?: number;
  readonly quotas?: {
    /** Managed environments per subscription and region; Azure's default is 15. */
    readonly environments?: number;
    /** Container groups per subscription and region; Azure's default is 100, here without limit unless given. */
    readonly containerGroups?: number;
  };
}

/** What a sandbox without configuration signs in to. */
export const defaultSubscription = '00000000-0000-4000-8000-000000000001';
export const defaultTenant = '00000000-0000-4000-8000-00000000007e';

const providers = {
  'Microsoft.App': [
    { resourceType: 'managedEnvironments', apiVersions: appVersions },
    { resourceType: 'containerApps', apiVersions: appVersions },
  ],
  'Microsoft.ContainerInstance': [{ resourceType: 'containerGroups', apiVersions: groupVersions }],
  'Microsoft.Resources': [{ resourceType: 'resourceGroups', apiVersions: resourcesVersions }],
};

/**
 * Azure on loopback: Azure Resource Manager, Microsoft.App, Microsoft.ContainerInstance, Azure Monitor's metrics and enough of Entra ID to sign in, all on one
 * HTTPS port (Azure's clients refuse to send a token over plain HTTP).
 *
 * Endpoints: `arm` (also the authority host), `token` (v2 client credentials of the default tenant), `msi` (managed identity).
 */
export async function startAzure(context: SandboxContext, options: AzureOptions): Promise<CloudFace> {
  const tenant = options.tenant ?? defaultTenant;
  const state = createState(context, {
    pageSize: options.pageSize ?? 100,
    tenant,
    subscriptions: options.subscriptions ?? [defaultSubscription],
    closed: options.subscriptions !== undefined,
  });
  const minutes = createMinuteBook();
  const running = (): readonly string[] => {
    const ids = measuredWorkloads(state);
    minutes.keep(new Set(ids));
    return ids;
  };
  const stopSampling = sampleUsage(context, running, (id, at, replicas) => minutes.add(id, at, replicas));
  const dispatch = createDispatcher(state, [
    ...identityRoutes(state),
    metadataRoute(state),
    ...subscriptionRoutes(state, providers),
    ...resourceGroupRoutes(state),
    ...genericResourceRoutes(state),
    ...environmentRoutes(state, options.quotas?.environments ?? 15),
    ...containerAppRoutes(state),
    ...revisionRoutes(state),
    ...containerGroupRoutes(state, options.quotas?.containerGroups ?? Number.POSITIVE_INFINITY),
    ...monitorRoutes(state, minutes),
  ]);
  const server = await listen(context, options.port, dispatch);
  return {
    endpoints: {
      arm: server.origin,
      token: `${server.origin}/${tenant}/oauth2/v2.0/token`,
      msi: `${server.origin}/msi/token`,
    },
    resources: () => state.resources({}).map(({ type, id, region, tags }) => ({ type, id, region, tags })),
    async close() {
      stopSampling();
      state.operations.close();
      await server.close();
    },
  };
}
