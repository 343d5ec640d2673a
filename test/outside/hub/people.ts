import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIssuer, type Issuer } from '../../federation/issuer.ts';
import type { Stage } from '../check.ts';

/** An issuer of tokens for people, with its discovery document and keys on loopback. */
export async function serveIssuer(stage: Stage): Promise<Issuer> {
  const served: { issuer?: Issuer } = {};
  const server = createServer((request, response) => {
    const { url = '', jwks } = served.issuer ?? {};
    const body = request.url?.endsWith('/keys') ? jwks : { issuer: url, jwks_uri: `${url}/keys` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.defer(() => void server.close());
  served.issuer = await createIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return served.issuer;
}
