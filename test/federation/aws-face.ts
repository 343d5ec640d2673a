import { Hono, type Context } from 'hono';
import type { Face } from './face.ts';
import { examine } from './issuer.ts';

const account = '123456789012';

/** AWS STS as its clients speak to it: the query protocol, XML back. */
export function awsFace({ trust, issuers, now, issued }: Face): Hono {
  const app = new Hono();
  app.post('/', async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const action = form.get('Action') ?? '';
    if (action === 'GetWebIdentityToken') return issue(context, form);
    if (action === 'AssumeRoleWithWebIdentity') return assume(context, form);
    return refuse(context, 400, 'InvalidAction', `Could not find operation ${action}`);
  });

  async function issue(context: Context, form: URLSearchParams): Promise<Response> {
    if (!/^AWS4-HMAC-SHA256 Credential=/.test(context.req.header('authorization') ?? '')) {
      return refuse(context, 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    }
    if (!trust.aws.outbound) {
      const message = 'Outbound web identity federation is not enabled for this account';
      return refuse(context, 400, 'OutboundWebIdentityFederationDisabledException', message);
    }
    const seconds = Number(form.get('DurationSeconds') ?? 300);
    const audience = form.get('Audience.member.1');
    if (form.get('SigningAlgorithm') !== 'RS256' || audience === null || !(seconds >= 60 && seconds <= 3_600)) {
      return refuse(context, 400, 'ValidationError', `cannot issue for ${form.toString()}`);
    }
    issued.push('aws');
    const more = { 'https://sts.amazonaws.com/': { aws_account: account, source_region: 'eu-west-1' } };
    const claims = { sub: trust.aws.role, aud: audience, ...more, ...trust.aws.claims };
    const token = trust.aws.meddle(await issuers.aws.sign(claims, { now: now(), seconds }));
    const until = new Date(now() + seconds * 1000).toISOString();
    return answer(
      context,
      'GetWebIdentityToken',
      `<WebIdentityToken>${token}</WebIdentityToken><Expiration>${until}</Expiration>`,
    );
  }

  async function assume(context: Context, form: URLSearchParams): Promise<Response> {
    const wanted = form.get('RoleArn') ?? '';
    const trusted = trust.aws.roles[wanted];
    const found = trusted === undefined ? 'subject' : await examine(form.get('WebIdentityToken') ?? '', trusted, now());
    if (found === 'expired') return refuse(context, 400, 'ExpiredTokenException', 'Token expired');
    if (found === 'audience' || found === 'issuer' || found === 'signature' || found === 'malformed') {
      return refuse(context, 400, 'InvalidIdentityToken', `Incorrect token ${found}`);
    }
    if (typeof found === 'string') {
      return refuse(context, 403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
    }
    issued.push('aws-role');
    const until = new Date(now() + Number(form.get('DurationSeconds')) * 1000).toISOString();
    const keys = `<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>`;
    return answer(
      context,
      'AssumeRoleWithWebIdentity',
      `<Credentials>${keys}<Expiration>${until}</Expiration></Credentials>`,
    );
  }
  return app;
}

const xml = { 'content-type': 'text/xml' };

const answer = (context: Context, action: string, body: string): Response =>
  context.body(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${body}</${action}Result><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
    200,
    xml,
  );

const refuse = (context: Context, status: 400 | 403, code: string, message: string): Response =>
  context.body(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
    status,
    xml,
  );
