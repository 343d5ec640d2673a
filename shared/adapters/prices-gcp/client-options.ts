import { googleAuthLibrary, type ClientOptions } from 'google-gax';
import { Unauthorized } from '../../ports/cloud-target.ts';
import type { GcpPricesOptions } from './options.ts';

const { GoogleAuth, PassThroughClient } = googleAuthLibrary;
type Request = InstanceType<typeof PassThroughClient>['request'];

/** The list is open to whoever has a key: it is sent with each call, and looked up with each, so that a new one counts. */
class KeyedClient extends PassThroughClient {
  readonly #key: () => Promise<string>;
  constructor(key: () => Promise<string>) {
    super();
    this.#key = key;
  }

  override request: Request = async (options) => {
    const headers = new Headers(options.headers);
    headers.set('x-goog-api-key', await this.#key());
    return this.transporter.request({ ...options, headers });
  };
}

/** Application Default Credentials, looked for with the first call: the call fails where there are none, not the process. */
class DefaultClient extends PassThroughClient {
  override request: Request = async (options) => {
    const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-billing.readonly'] });
    const found = await auth.getRequestHeaders(String(options.url)).catch((error: unknown) => {
      throw new Unauthorized(
        `the price list of Google Cloud needs cost.prices.sources.gcp.apiKey, or Application Default Credentials: ${(error as Error).message}`,
      );
    });
    const headers = new Headers(options.headers);
    found.forEach((value, name) => headers.set(name, value));
    return this.transporter.request({ ...options, headers });
  };
}

export function clientOptions({ endpoint, apiKey }: GcpPricesOptions): ClientOptions {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const plain = url?.protocol === 'http:';
  // Over plain HTTP no token of the environment is ever sent: whoever listens could read it.
  const client =
    apiKey === undefined ? (plain ? new PassThroughClient() : new DefaultClient()) : new KeyedClient(apiKey);
  const address =
    url === undefined
      ? {}
      : {
          apiEndpoint: url.hostname,
          port: url.port === '' ? (plain ? 80 : 443) : Number(url.port),
          ...(plain ? { protocol: 'http' } : {}),
        };
  // google-gax declares its own, older auth client type; the object is the same.
  return { fallback: true, authClient: client as never, ...address };
}
