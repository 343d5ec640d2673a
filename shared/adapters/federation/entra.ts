import { ClientAssertionCredential, type ClientAssertionCredentialOptions } from '@azure/identity';
import { TokenUnavailable, textOf, TrustRefused, type Link } from './errors.ts';
import type { Token } from './token.ts';
import { within } from './within.ts';

export interface EntraOptions {
  readonly tenant: string;
  /** Client id of the identity that carries the federated credential. */
  readonly client: string;
  /** Application ID URI of the function app's registration (`api://…`), or what one of Azure's own services is called. */
  readonly audience: string;
  /** The token of the other cloud, for `api://AzureADTokenExchange`. */
  readonly assertion: () => Promise<string>;
  /** Default Azure's public cloud. */
  readonly authorityHost?: string | undefined;
  /** PEM of an authority to trust besides the usual ones. */
  readonly ca?: string | undefined;
  /** For the whole exchange, default 15,000. */
  readonly timeoutMs?: number;
}

/** What another cloud's identity is exchanged for in Entra ID. */
export const tokenExchangeAudience = 'api://AzureADTokenExchange';

/**
 * Another cloud's token → Entra ID's access token for an application (client credentials with a client assertion).
 * @throws TrustRefused, TokenUnavailable
 */
export function createEntraToken(options: EntraOptions): () => Promise<Token> {
  const { tenant, client, audience, assertion, timeoutMs = 15_000 } = options;
  return async () => {
    // Before, and not by the credential: it would hide why there is none.
    const proof = Promise.resolve(await assertion());
    // Made anew: the credential keeps its tokens, and a refused one would come back from there.
    const credential = new ClientAssertionCredential(tenant, client, () => proof, credentialOptions(options));
    const asked = Date.now();
    const call = credential.getToken(`${audience}/.default`).catch((error: unknown) => {
      throw meaningOf(error, options);
    });
    const { token, expiresOnTimestamp } = await within(timeoutMs, `Entra ID (tenant ${tenant})`, call);
    // The library has made a moment of our clock from the seconds that Entra ID names.
    return { value: token, lifetimeMs: expiresOnTimestamp - asked };
  };
}

function credentialOptions({ authorityHost, ca }: EntraOptions): ClientAssertionCredentialOptions {
  return {
    retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
    additionalPolicies: [{ policy: bounded, position: 'perRetry' }],
    ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    // Microsoft vouches for the authorities of its own clouds only.
    ...(authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: true }),
  };
}

type Policy = NonNullable<ClientAssertionCredentialOptions['additionalPolicies']>[number]['policy'];

/** The library would wait for ever. */
const bounded: Policy = {
  name: 'bounded',
  sendRequest(request, next) {
    request.timeout = 5_000;
    return next(request);
  },
};

interface Meaning {
  readonly codes: RegExp;
  readonly link: Link;
  readonly fix: (options: EntraOptions) => string;
}

/** Source: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const meanings: readonly Meaning[] = [
  {
    codes: /AADSTS(?:700211|7002111|700213|7002131|700212|700221|70021)\b/,
    link: 'entra-federated-credential',
    fix: ({ client }) =>
      `the federated credential of ${client} must name the AWS account's issuer, the ARN of this function's role as subject and the audience ${tokenExchangeAudience}`,
  },
  {
    codes: /AADSTS(?:700024|700027|50027|50013|500133|700023|7000272)\b/,
    link: 'entra-federated-credential',
    fix: () => 'the assertion is expired, not yet valid, or its signature does not hold: compare clocks and issuer',
  },
  {
    codes: /AADSTS(?:501051|50105|500011|650057|65001|700016|90002|900021|90009|70011)\b/,
    link: 'entra-audience',
    fix: ({ audience, client, tenant }) =>
      `in tenant ${tenant} an application must have the URI ${audience}, and give ${client} an app role where assignment is required`,
  },
];

function meaningOf(error: unknown, options: EntraOptions): Error {
  const text = textOf(error);
  const known = meanings.find(({ codes }) => codes.test(text));
  const about = `Entra ID gives no token for ${options.audience}: ${text}`;
  if (known !== undefined) return new TrustRefused(known.link, `${about} (${known.fix(options)})`);
  if (/invalid_client|invalid_grant|unauthorized_client|invalid_resource|invalid_scope/.test(text)) {
    return new TrustRefused('entra-federated-credential', about);
  }
  return new TokenUnavailable(about);
}
