import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const Text = Type.String({ minLength: 1 });

const Azure = Type.Object(
  {
    /** The function's address: `https://<app>.azurewebsites.net/api/events`. */
    url: Text,
    /** Application ID URI of the function app's registration. */
    audience: Text,
    /** Directory (tenant) id. */
    tenant: Text,
    /** Client id of the identity whose federated credential trusts the relay's role. */
    client: Text,
    /** Another identity platform: sovereign clouds, tests. */
    authorityHost: Type.Optional(Text),
  },
  { additionalProperties: false },
);

const Gcp = Type.Object(
  {
    /** The function's address: `https://<service>-<project number>.<region>.run.app`. */
    url: Text,
    /** What its ID tokens are for: its address, unless it was given a custom audience. */
    audience: Text,
    /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
    provider: Type.String({ pattern: '^//' }),
    /** What the provider takes tokens for, when it lists audiences of its own. */
    providerAudience: Type.Optional(Text),
    /** E-mail address of the account with roles/run.invoker on the function. */
    serviceAccount: Text,
    /** Other addresses of Google's token services, for tests and private endpoints. */
    tokenUrl: Type.Optional(Text),
    credentialsUrl: Type.Optional(Text),
  },
  { additionalProperties: false },
);

const Settings = Type.Object(
  { azure: Type.Optional(Azure), gcp: Type.Optional(Gcp) },
  { additionalProperties: false, minProperties: 1 },
);

/** Where the deployers of other clouds are, and as whom they are called: HOMEOSTASIS_RELAY, as JSON. No secret is in it. */
export type RelaySettings = Static<typeof Settings>;
export type AzureWire = Static<typeof Azure>;
export type GcpWire = Static<typeof Gcp>;

const checker = Compile(Settings);

/** @throws Error naming the variable and the first field that does not fit. */
export function parseSettings(text: string | undefined): RelaySettings {
  const value = parsed(text);
  if (!checker.Check(value)) {
    const [first] = checker.Errors(value);
    throw new Error(`HOMEOSTASIS_RELAY: ${first?.instancePath || '(all)'} ${first?.message ?? 'is not valid'}`);
  }
  for (const wire of [value.azure, value.gcp]) if (wire !== undefined) mustBeSafe(wire.url);
  return value;
}

function parsed(text: string | undefined): unknown {
  if (!text)
    throw new Error('the environment variable HOMEOSTASIS_RELAY is not set: deploy the function with infra/aws');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`HOMEOSTASIS_RELAY is not JSON: ${(error as Error).message}`);
  }
}

/** Tokens and commands go over TLS, or stay on this machine. */
function mustBeSafe(url: string): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol === 'https:') return;
  if (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new Error(`HOMEOSTASIS_RELAY: url is "${url}"; expected an https:// address`);
}
