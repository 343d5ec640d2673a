import { googleAuthLibrary } from 'google-gax';

const { AuthClient, GoogleAuth } = googleAuthLibrary;

/** What the Cloud Run Admin API asks for. */
const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

type Client = googleAuthLibrary.AuthClient;
type Method<Name extends 'getAccessToken' | 'getRequestHeaders' | 'request'> = Client[Name];

/**
 * Application Default Credentials, looked for with the first call and not before. Left to itself the client library looks for them
 * when it is made, in several places, and where there are none one of those promises is nobody's: it ends the whole process.
 * Here the call that needed them fails instead, and the next one looks again: somebody may have signed in meanwhile.
 */
export class DefaultAuth extends AuthClient {
  readonly #auth = new GoogleAuth({ scopes });
  #found: Promise<Client> | undefined;

  override getAccessToken: Method<'getAccessToken'> = async () => (await this.#client()).getAccessToken();

  override getRequestHeaders: Method<'getRequestHeaders'> = async (url) =>
    (await this.#client()).getRequestHeaders(url);

  override request: Method<'request'> = async (options) => (await this.#client()).request(options);

  #client(): Promise<Client> {
    this.#found ??= (this.#auth.getClient() as Promise<unknown> as Promise<Client>).catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }
}
