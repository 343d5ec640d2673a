import { issueToken, tokenLifetimeSeconds } from './bearer.ts';
import { param, type Call, type Reply, type Route } from './http.ts';
import type { AzureState } from './state.ts';

/** The client a managed identity of the sandbox signs in as. */
const managedIdentity = '00000000-0000-4000-8000-00000000a55e';

/** Entra ID and the managed-identity endpoint, as far as official clients need them to sign in. */
export function identityRoutes(state: AzureState): readonly Route[] {
  const open = { versions: 'open', region: () => 'global' } as const;
  const now = () => state.context.clock.now();

  return [
    { ...open, operation: 'Token_Issue', method: 'POST', pattern: '/{tenant}/oauth2/v2.0/token', handle: v2Token(now) },
    {
      ...open,
      operation: 'OpenId_Configuration',
      method: 'GET',
      pattern: '/{tenant}/v2.0/.well-known/openid-configuration',
      handle: openIdConfiguration,
    },
    {
      ...open,
      operation: 'Discovery_Instance',
      method: 'GET',
      pattern: '/common/discovery/instance',
      handle: (call) => ({
        status: 200,
        body: {
          tenant_discovery_endpoint: `${call.origin}/${state.tenant}/v2.0/.well-known/openid-configuration`,
          'api-version': '1.1',
          metadata: [],
        },
      }),
    },
    { ...open, operation: 'ManagedIdentity_Token', method: 'GET', pattern: '/msi/token', handle: msiToken(state, now) },
  ];
}

const oauthError = (error: string, code: number, description: string): Reply => ({
  status: code === 7000215 ? 401 : 400,
  body: { error, error_description: `AADSTS${code}: ${description}`, error_codes: [code] },
});

const v2Token =
  (now: () => number) =>
  (call: Call): Reply => {
    const form = new URLSearchParams(call.text);
    const client = form.get('client_id');
    const scope = form.get('scope');
    if (!client)
      return oauthError('invalid_request', 900144, "The request body must contain the parameter: 'client_id'.");
    if (form.get('grant_type') !== 'client_credentials')
      return oauthError('unsupported_grant_type', 70003, 'The sandbox issues tokens for client_credentials only.');
    if (!form.get('client_secret') && !form.get('client_assertion'))
      return oauthError('invalid_client', 7000216, "'client_assertion' or 'client_secret' is required.");
    if (!scope?.split(' ').some((one) => one.endsWith('/.default')))
      return oauthError('invalid_scope', 1002012, `The provided value for scope '${scope ?? ''}' is not valid.`);
    const tenant = param(call, 'tenant');
    const audience = scope.replace(/\/\.default.*$/, '');
    const { token } = issueToken({ tenant, client, audience, now: now(), issuer: `${call.origin}/${tenant}/v2.0` });
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: tokenLifetimeSeconds,
        ext_expires_in: tokenLifetimeSeconds,
        access_token: token,
      },
    };
  };

/** App Service's endpoint in both its versions: 2017-09-01 (`MSI_ENDPOINT`, header `secret`) and 2019-08-01 (`IDENTITY_ENDPOINT`). */
const msiToken =
  (state: AzureState, now: () => number) =>
  (call: Call): Reply => {
    const old = call.query.get('api-version') === '2017-09-01';
    const resource = call.query.get('resource');
    if (!call.headers[old ? 'secret' : 'x-identity-header'])
      return {
        status: 401,
        body: { statusCode: 401, message: `Header ${old ? 'secret' : 'X-IDENTITY-HEADER'} is missing.` },
      };
    if (!resource) return { status: 400, body: { statusCode: 400, message: "Query parameter 'resource' is missing." } };
    const client = call.query.get('client_id') ?? call.query.get('clientid') ?? managedIdentity;
    const { token, expiresOn, notBefore } = issueToken({
      tenant: state.tenant,
      client,
      audience: resource,
      now: now(),
      issuer: `${call.origin}/${state.tenant}/`,
    });
    return {
      status: 200,
      body: {
        access_token: token,
        client_id: client,
        expires_on: String(expiresOn),
        not_before: String(notBefore),
        resource,
        token_type: 'Bearer',
      },
    };
  };

const openIdConfiguration = (call: Call): Reply => {
  const base = `${call.origin}/${param(call, 'tenant')}`;
  return {
    status: 200,
    body: {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code', 'id_token', 'token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'offline_access'],
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    },
  };
};
