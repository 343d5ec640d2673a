import { randomUUID } from 'node:crypto';
import { Hono, type Context } from 'hono';
import type { Face } from './face.ts';
import { examine } from './issuer.ts';

/** Google's STS, IAM credentials and metadata server. */
export function googleFace({ trust, issuers, now, issued, access }: Face): Hono {
  const app = new Hono();
  /** Federated access token → the principal's subject. */
  const federated = new Map<string, string>();

  app.post('/v1/token', async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const grant = form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange';
    const type = form.get('subject_token_type') === 'urn:ietf:params:oauth:token-type:jwt';
    if (!grant || !type) return oauth(context, 'invalid_request', 'Invalid grant or subject token type');
    if (form.get('audience') !== trust.google.provider) {
      return oauth(context, 'invalid_target', 'The target service indicated by the "audience" parameters is invalid');
    }
    const found = await examine(form.get('subject_token') ?? '', trust.google.workloads, now());
    if (found === 'subject') return oauth(context, 'unauthorized_client', 'Rejected by the attribute condition');
    if (typeof found === 'string') return oauth(context, 'invalid_grant', `ID Token has a wrong ${found}`);
    const token = `federated-${randomUUID()}`;
    federated.set(token, found.sub ?? '');
    issued.push('google-sts');
    const more = { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' };
    return context.json({ access_token: token, expires_in: 3_600, ...more });
  });

  app.post('/v1/projects/-/serviceAccounts/:call', async (context) => {
    const [email = '', verb] = context.req.param('call').split(':');
    const subject = federated.get((context.req.header('authorization') ?? '').replace(/^Bearer /, ''));
    if (subject === undefined) return api(context, 401, 'UNAUTHENTICATED', 'Request had invalid credentials');
    const permission = permissions[verb ?? ''];
    if (trust.google.accounts[email]?.includes(subject) !== true || permission === undefined) {
      const message = `Permission '${permission}' denied on resource (or it may not exist).`;
      return api(context, 403, 'PERMISSION_DENIED', message);
    }
    if (verb === 'generateAccessToken') {
      const { scope, lifetime } = await context.req.json<{ scope: string[]; lifetime: string }>();
      const accessToken = `access-${randomUUID()}`;
      access.set(accessToken, { account: email, scopes: scope });
      issued.push('google-access');
      const expireTime = new Date(now() + Number.parseInt(lifetime, 10) * 1000).toISOString();
      return context.json({ accessToken, expireTime });
    }
    const { audience, includeEmail } = await context.req.json<{ audience: string; includeEmail?: boolean }>();
    issued.push('google');
    const more = includeEmail === true ? { email, email_verified: true } : {};
    return context.json({ token: await idToken({ aud: audience, sub: '1180000', azp: email, ...more }) });
  });

  app.get('/computeMetadata/v1/instance/service-accounts/default/identity', async (context) => {
    const { audience, format } = context.req.query();
    if (context.req.header('metadata-flavor') !== 'Google' || !audience) return context.text('forbidden', 403);
    const { email, id } = trust.google.own;
    issued.push('google');
    const more = format === 'full' ? { email, email_verified: true } : {};
    const token = await idToken({ aud: audience, sub: id, azp: id, ...more });
    return context.body(token, 200, { 'metadata-flavor': 'Google', 'content-type': 'text/html' });
  });

  const idToken = (claims: Readonly<Record<string, unknown>>) =>
    issuers.google.sign(claims, { now: now(), seconds: trust.google.seconds });
  return app;
}

const permissions: Readonly<Record<string, string>> = {
  generateIdToken: 'iam.serviceAccounts.getOpenIdToken',
  generateAccessToken: 'iam.serviceAccounts.getAccessToken',
};

const oauth = (context: Context, error: string, text: string): Response =>
  context.json({ error, error_description: text }, 400);

const api = (context: Context, code: 401 | 403, status: string, message: string): Response =>
  context.json({ error: { code, status, message } }, code);
