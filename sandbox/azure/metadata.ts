import type { Call, Reply, Route } from './http.ts';
import type { AzureState } from './state.ts';

/** `GET /metadata/endpoints`: what `az cloud register` reads. Version 1.0 and 2015-01-01 are one object, later ones a list of clouds. */
export function metadataRoute(state: AzureState): Route {
  const describe = (call: Call) => ({
    portal: call.origin,
    authentication: {
      loginEndpoint: call.origin,
      audiences: [`${call.origin}/`, 'https://management.azure.com/'],
      tenant: state.tenant,
      identityProvider: 'AAD',
    },
    graphAudience: `${call.origin}/`,
    graph: `${call.origin}/`,
    name: 'HomeostasisSandbox',
    resourceManager: `${call.origin}/`,
    suffixes: { storage: 'core.sandbox.localhost', keyVaultDns: 'vault.sandbox.localhost' },
  });
  const old = (call: Call) => ({
    galleryEndpoint: call.origin,
    graphEndpoint: `${call.origin}/`,
    portalEndpoint: call.origin,
    authentication: { loginEndpoint: call.origin, audiences: [`${call.origin}/`] },
  });
  return {
    operation: 'Metadata_Endpoints',
    method: 'GET',
    pattern: '/metadata/endpoints',
    versions: 'open',
    region: () => 'global',
    handle(call): Reply {
      const version = call.query.get('api-version') ?? '';
      return { status: 200, body: ['', '1.0', '2015-01-01'].includes(version) ? old(call) : [describe(call)] };
    },
  };
}
