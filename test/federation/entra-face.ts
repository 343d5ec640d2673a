import { Hono, type Context } from 'hono';
import type { Face } from './face.ts';
import { examine, type Flaw } from './issuer.ts';

/** What Microsoft Entra ID says of each flaw of a client assertion; source: reference-error-codes on learn.microsoft.com. */
const flaws: Readonly<Record<Flaw, string>> = {
  issuer: 'AADSTS700211: No matching federated identity record found for presented assertion issuer',
  audience: 'AADSTS700212: No matching federated identity record found for presented assertion audience',
  subject: 'AADSTS700213: No matching federated identity record found for presented assertion subject',
  signature: 'AADSTS50013: Assertion failed signature validation',
  expired: 'AADSTS700024: Client assertion is not within its valid time range',
  malformed: 'AADSTS50027: JWT token is invalid or malformed',
};

/** Entra ID's token endpoint, and the managed identity endpoint that App Service puts beside an app. */
export function entraFace({ trust, issuers, now, issued }: Face): Hono {
  const app = new Hono();
  app.post('/:tenant/oauth2/v2.0/token', async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const { entra } = trust;
    if (context.req.param('tenant') !== entra.tenant) {
      return refuse(context, 'invalid_request', `AADSTS90002: Tenant '${context.req.param('tenant')}' not found`);
    }
    if (form.get('client_id') !== entra.client) {
      return refuse(context, 'unauthorized_client', 'AADSTS700016: Application was not found in the directory');
    }
    const asked = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    if (!asked || form.get('grant_type') !== 'client_credentials') {
      return refuse(context, 'invalid_request', 'AADSTS900144: The request body must contain a client assertion');
    }
    const found = await examine(form.get('client_assertion') ?? '', entra.federated, now());
    if (typeof found === 'string') return refuse(context, 'invalid_client', flaws[found]);
    const uri = (form.get('scope') ?? '').split(' ').find((scope) => scope.endsWith('/.default'));
    return issueTo(context, (uri ?? '').replace(/\/\.default$/, ''), { client: entra.client, object: 'relay-object' });
  });

  async function issueTo(
    context: Context,
    uri: string,
    who: { readonly client: string; readonly object: string },
  ): Promise<Response> {
    const application = trust.entra.applications[uri];
    if (application === undefined) {
      return refuse(context, 'invalid_resource', `AADSTS500011: The resource principal named ${uri} was not found`);
    }
    if (!application.assigned.includes(who.client)) {
      return refuse(
        context,
        'invalid_grant',
        'AADSTS501051: Application is not assigned to a role for the application',
      );
    }
    issued.push('entra');
    const { tenant, seconds } = trust.entra;
    const more = { tid: tenant, ver: '2.0', azp: who.client, oid: who.object, sub: who.object };
    const access = await issuers.entra.sign({ aud: application.id, ...more }, { now: now(), seconds });
    const expiresOn = String(Math.floor(now() / 1000) + seconds);
    return context.json({ token_type: 'Bearer', expires_in: seconds, expires_on: expiresOn, access_token: access });
  }

  app.get('/msi/token', async (context) => {
    const { resource, client_id: client } = context.req.query();
    if (context.req.header('x-identity-header') !== 'local') return context.text('forbidden', 403);
    const { managed } = trust.entra;
    if (client !== undefined && client !== managed.client) return context.json({ message: 'No managed identity' }, 400);
    return issueTo(context, resource ?? '', managed);
  });
  return app;
}

const refuse = (context: Context, error: string, text: string): Response =>
  context.json(
    { error, error_description: text, error_codes: [Number(/AADSTS(\d+)/.exec(text)?.[1])] },
    error === 'invalid_client' ? 401 : 400,
  );
