import { googleAuthLibrary, grpc, type ClientOptions } from 'google-gax';
import { DefaultAuth } from './default-auth.ts';
import type { ResolvedSettings } from './settings.ts';

/** What all three clients are made with. */
export function clientOptions(settings: ResolvedSettings): ClientOptions {
  const { credentials, endpoint, project, transport } = settings;
  const common = {
    projectId: project,
    // The browser's word for it, in this library, is REST.
    fallback: transport === 'rest',
    ...withClient(credentials ?? new DefaultAuth()),
  };
  return endpoint === undefined ? common : { ...common, ...addressed(endpointOf(endpoint), settings) };
}

// google-gax declares its own, older auth client type; the object is the same.
const withClient = (client: googleAuthLibrary.AuthClient) => ({ authClient: client as never });

function addressed({ host, port, plain }: Endpoint, { transport, credentials }: ResolvedSettings): ClientOptions {
  const address = { apiEndpoint: host, port };
  if (!plain) return address;
  // Even a call that carries no token looks for one in the environment, unless it is given somebody without.
  const open = { ...address, ...withClient(credentials ?? anonymous()) };
  return transport === 'rest'
    ? { ...open, protocol: 'http' }
    : { ...open, sslCreds: grpc.credentials.createInsecure() };
}

/** Over plain HTTP no token of the environment is ever sent: whoever listens could read it. */
const anonymous = (): googleAuthLibrary.AuthClient => new googleAuthLibrary.PassThroughClient();

interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly plain: boolean;
}

function endpointOf(text: string): Endpoint {
  // gRPC people write host:port; without a scheme it is TLS.
  const given = /^[^\s/]+:\d+$/.test(text) ? `https://${text}` : text;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `the Google Cloud endpoint is "${text}"; expected a URL such as https://run.googleapis.com or http://127.0.0.1:8085`,
    );
  }
  const plain = url.protocol === 'http:';
  return { host: url.hostname, port: url.port === '' ? (plain ? 80 : 443) : Number(url.port), plain };
}
