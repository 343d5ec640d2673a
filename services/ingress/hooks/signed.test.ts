import { createSign, generateKeyPairSync } from 'node:crypto';
import { SignJWT, exportJWK } from 'jose';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOidc } from './oidc.ts';
import { createSns } from './sns.ts';

/** Senders who sign: against a signer of our own, fetched through the port that really goes out. */
const now = Date.now();
const clock = { now: () => now };
const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem';

describe('SNS', () => {
  let pem: Awaited<ReturnType<typeof generate>>;
  const fetched: string[] = [];
  beforeAll(async () => {
    pem = await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], {
      keySize: 2048,
      notBeforeDate: new Date(now - 3600_000),
      notAfterDate: new Date(now + 86_400_000),
    });
  });

  const signed = (changes: object = {}, after: object = {}, algorithm = 'RSA-SHA256') => {
    const message: Record<string, string> = {
      Type: 'Notification',
      MessageId: 'm-1',
      TopicArn: topic,
      Subject: 'ALARM: "web-5xx"',
      Message: '{"AlarmName":"web-5xx"}',
      Timestamp: new Date(now).toISOString(),
      SignatureVersion: '2',
      SigningCertURL: certificateUrl,
      ...changes,
    };
    const fields = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const of =
      message['Type'] === 'Notification'
        ? fields.filter((each) => !/Subscribe|Token/.test(each))
        : fields.filter((each) => each !== 'Subject');
    const text = of.filter((each) => message[each] !== undefined).map((each) => `${each}\n${message[each]}\n`);
    const Signature = createSign(algorithm).update(text.join('')).sign(pem.private, 'base64');
    return JSON.stringify({ ...message, Signature, ...after });
  };
  const verify = (body: string, answer: (url: URL) => Promise<string> = () => Promise.resolve(pem.cert)) =>
    createSns({
      topics: [topic],
      clock,
      fetchText: (url) => {
        fetched.push(url.href);
        return answer(url);
      },
    })(body);

  it('lets in what it signed, by either version', async () => {
    expect(await verify(signed())).toEqual({ kind: 'accepted' });
    expect(await verify(signed({ SignatureVersion: '1' }, {}, 'RSA-SHA1'))).toEqual({ kind: 'accepted' });
  });

  it.each([
    ['a message that was changed', () => signed({}, { Message: '{"AlarmName":"other"}' }), /signature is not of SNS/],
    ['no signature', () => signed({}, { Signature: '' }), /signature is not of SNS/],
    [
      'a topic of somebody else',
      () => signed({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:alarms' }),
      /topic is none/,
    ],
    [
      'a certificate from elsewhere',
      () => signed({ SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem' }),
      /no address of SNS/,
    ],
    [
      'a certificate from a bucket',
      () => signed({ SigningCertURL: 'https://s3.amazonaws.com/evil/a.pem' }),
      /no address of SNS/,
    ],
    [
      'a certificate of another region',
      () => signed({ SigningCertURL: 'https://sns.us-east-1.amazonaws.com/a.pem' }),
      /no address of SNS/,
    ],
    [
      'a certificate without TLS',
      () => signed({ SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/a.pem' }),
      /no address of SNS/,
    ],
    [
      'a certificate behind a name',
      () => signed({ SigningCertURL: 'https://x:y@sns.eu-west-1.amazonaws.com/a.pem' }),
      /no address of SNS/,
    ],
    [
      'a call in place of a certificate',
      () => signed({ SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Publish' }),
      /no certificate of SNS/,
    ],
    ['an old message', () => signed({ Timestamp: new Date(now - 3 * 3600_000).toISOString() }), /too old/],
    ['raw delivery', () => '{"detail-type":"x"}', /raw message delivery/],
    ['a version nobody knows', () => signed({ SignatureVersion: '3' }), /neither 1 nor 2/],
    [
      'a subscription confirmed elsewhere',
      () =>
        signed({
          Type: 'SubscriptionConfirmation',
          Token: 't',
          SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription',
        }),
      /no confirmation of this topic/,
    ],
    [
      'another call in place of a confirmation',
      () =>
        signed({
          Type: 'SubscriptionConfirmation',
          Token: 't',
          SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${topic}`,
        }),
      /no confirmation of this topic/,
    ],
  ])('refuses %s, and goes nowhere for it', async (_, body, detail) => {
    fetched.length = 0;
    expect(await verify(body())).toMatchObject({
      kind: 'refused',
      status: 401,
      detail: expect.stringMatching(detail) as unknown,
    });
    expect(fetched.filter((each) => each !== certificateUrl)).toEqual([]);
  });

  it('confirms a subscription to one of its topics', async () => {
    fetched.length = 0;
    const SubscribeURL = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=t`;
    const body = signed({ Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL });
    expect(await verify(body)).toMatchObject({ kind: 'answered' });
    expect(fetched).toEqual([certificateUrl, new URL(SubscribeURL).href]);
  });

  it('is asked to come again while the certificate cannot be had', async () => {
    await expect(verify(signed(), () => Promise.reject(new Error('no route')))).rejects.toMatchObject({
      problem: { status: 503 },
    });
  });
  it('is not known by what is no certificate', async () => {
    expect(await verify(signed(), () => Promise.resolve('<html>'))).toMatchObject({ kind: 'refused' });
  });
});

describe('OIDC', () => {
  const issuer = 'https://issuer.example/tenant';
  const first = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const second = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = (claims: object, { key = first.privateKey, kid = 'k1' } = {}) =>
    new SignJWT({ sub: 'alerts', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer((claims as { iss?: string }).iss ?? issuer)
      .setAudience((claims as { aud?: string }).aud ?? 'api://hooks')
      .setExpirationTime((claims as { exp?: number }).exp ?? Math.floor(now / 1000) + 300)
      .sign(key);
  const setUp = (subject?: string) => {
    const held = { keys: [{ key: first.publicKey, kid: 'k1' }], at: now, asked: 0 };
    const verify = createOidc(
      { type: 'oidc', issuer, audience: 'api://hooks', ...(subject === undefined ? {} : { subject }) },
      {
        clock: { now: () => held.at },
        fetchText: async (url) => {
          held.asked += 1;
          if (url.pathname.endsWith('openid-configuration'))
            return JSON.stringify({ jwks_uri: 'https://issuer.example/keys' });
          const keys = await Promise.all(
            held.keys.map(async ({ key, kid }) => ({ ...(await exportJWK(key)), kid, alg: 'RS256' })),
          );
          return JSON.stringify({ keys });
        },
      },
    );
    return { held, verify };
  };

  it('lets in who holds a token of the issuer, for this audience, in time', async () => {
    const { verify } = setUp();
    expect(await verify(await token({}))).toEqual({ kind: 'accepted' });
    expect(await verify(undefined)).toMatchObject({ kind: 'refused', challenge: 'Bearer' });
    for (const claims of [
      { aud: 'api://other' },
      { iss: 'https://evil.example' },
      { exp: Math.floor(now / 1000) - 120 },
    ]) {
      expect(await verify(await token(claims))).toMatchObject({ kind: 'refused' });
    }
    expect(await verify(await token({}, { key: second.privateKey }))).toMatchObject({ kind: 'refused' });
    expect(await verify('not.a.token')).toMatchObject({ kind: 'refused' });
  });

  it('and only who is meant', async () => {
    const { verify } = setUp('461e8683');
    expect(await verify(await token({ azp: '461e8683' }))).toEqual({ kind: 'accepted' });
    expect(await verify(await token({ email: '461e8683' }))).toMatchObject({ kind: 'refused' });
  });

  it('learns of new keys, without asking for every strange token', async () => {
    const { held, verify } = setUp();
    await verify(await token({}));
    const rotated = await token({}, { key: second.privateKey, kid: 'k2' });
    for (let i = 0; i < 5; i++) expect(await verify(rotated)).toMatchObject({ kind: 'refused' });
    expect(held.asked).toBe(2);
    held.keys = [{ key: second.publicKey, kid: 'k2' }];
    held.at += 61_000;
    expect(await verify(rotated)).toEqual({ kind: 'accepted' });
  });
});
