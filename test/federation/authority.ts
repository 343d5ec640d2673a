import { randomUUID } from 'node:crypto';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { generate } from 'selfsigned';
import type { Face } from './face.ts';
import { awsFace } from './aws-face.ts';
import { billsFace } from './bills-face.ts';
import { entraFace } from './entra-face.ts';
import { googleFace } from './google-face.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { names, rightTrust } from './trust.ts';

export interface Authority extends Face {
  /** Plain HTTP on loopback; the issuers of AWS and Google are under it. */
  readonly url: string;
  /** The same over TLS; Entra ID's client insists on it, for the token endpoint and for the issuer. */
  readonly secureUrl: string;
  /** PEM of the authority that signed its certificate; this process trusts it, others are told by NODE_EXTRA_CA_CERTS. */
  readonly ca: string;
  /** Everything as it was set up. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * A token service for all three clouds, on loopback: STS, Entra ID, Google's STS, IAM credentials and metadata, and each issuer's
 * discovery and keys. It signs with real keys, and verifies what it is shown by the issuer's published ones. Beside it are places in the
 * other clouds that bills lie in.
 */
export async function startAuthority({ now = Date.now }: { readonly now?: () => number } = {}): Promise<Authority> {
  const { private: key, cert } = await certificate();
  const ca = cert;
  setDefaultCACertificates([...getCACertificates('default'), ca]);
  let handle: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const listener = getRequestListener((request) => handle(request));
  const plain = createPlain((request, response) => void listener(request, response));
  const secure = createSecure({ key, cert }, (request, response) => void listener(request, response));
  const url = `http://127.0.0.1:${await listening(plain)}`;
  const secureUrl = `https://localhost:${await listening(secure)}`;
  const issuers = {
    aws: await createIssuer(`${url}/aws`),
    entra: await createIssuer(`${secureUrl}/${names.tenant}/v2.0`),
    google: await createIssuer(`${url}/google`),
  };
  const right = () => rightTrust({ aws: issuers.aws.url, entra: issuers.entra.url, google: issuers.google.url });
  const face: Face = { trust: right(), issuers, now, issued: [], access: new Map() };
  const app = new Hono();
  for (const issuer of Object.values(issuers)) discoverable(app, issuer);
  app.route('/', awsFace(face)).route('/', entraFace(face)).route('/', googleFace(face)).route('/', billsFace(face));
  handle = (request) => app.fetch(request);
  return {
    ...face,
    ...{ url, secureUrl, ca },
    reset() {
      Object.assign(face.trust, right());
      face.issued.length = 0;
      face.access.clear();
    },
    close: async () => {
      await Promise.all([closed(plain), closed(secure)]);
    },
  };
}

/** A name of its own: of two authorities with one name, a client that trusts both may try the wrong one. */
const certificate = () =>
  generate([{ name: 'commonName', value: `token authority ${randomUUID()}` }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });

function discoverable(app: Hono, { url, jwks }: Issuer): void {
  const { pathname } = new URL(url);
  app.get(`${pathname}/.well-known/openid-configuration`, (context) => {
    const { origin } = new URL(context.req.url);
    const tenant = `${origin}${pathname.replace(/\/v2\.0$/, '')}/oauth2/v2.0`;
    const endpoints = { token_endpoint: `${tenant}/token`, authorization_endpoint: `${tenant}/authorize` };
    return context.json({ issuer: url, jwks_uri: `${url}/keys`, ...endpoints });
  });
  app.get(`${pathname}/keys`, (context) => context.json(jwks));
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const closed = (server: Server): Promise<unknown> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
