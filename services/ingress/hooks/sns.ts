import { X509Certificate, createVerify } from 'node:crypto';
import type { Clock } from '../../../shared/ports/clock.ts';
import { ProblemError } from '../problem.ts';
import { parseJson } from '../read-json.ts';
import { fieldsIn, type Fields } from './fields.ts';
import type { FetchText } from './fetch-text.ts';
import { accepted, refused, type Verdict } from './verdict.ts';

/**
 * Messages of Amazon SNS over HTTPS, known by their own signature (docs.aws.amazon.com/sns/latest/dg/
 * sns-verify-signature-of-message.html). With node:crypto: no kept library of it is installed.
 */
export interface SnsOptions {
  /** ARNs. A signature proves that SNS sent it, not for whom: anybody has a topic. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly fetchText: FetchText;
}

/** SNS gives up on a message after an hour; an older one was kept by somebody. Milliseconds. */
const oldest = 2 * 3600_000;
const skew = 15 * 60_000;

/** What is signed of each kind, in this order, as `name\nvalue\n`. */
const signed: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const algorithms: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

/**
 * Verifies a message; confirms a subscription to one of the topics, and takes nothing else of it.
 * @throws ProblemError 400 for a body that is none, 503 when SNS does not answer.
 */
export function createSns(options: SnsOptions): (body: string) => Promise<Verdict> {
  const certificates = createCertificates(options);
  return async (body) => {
    const message = fieldsIn(parseJson(body));
    const text = (name: string): string => (typeof message[name] === 'string' ? message[name] : '');
    const fault = faultOf(message, options);
    if (fault !== undefined) return refused(fault);
    const certificate = await certificates(text('SigningCertURL'));
    if (typeof certificate === 'string') return refused(certificate);
    const verify = createVerify(algorithms[text('SignatureVersion')] ?? '').update(stringToSign(message), 'utf8');
    if (!verify.verify(certificate.publicKey, text('Signature'), 'base64'))
      return refused('the signature is not of SNS');
    if (text('Type') === 'Notification') return accepted;
    if (text('Type') === 'SubscriptionConfirmation') return confirm(text('SubscribeURL'), text('TopicArn'), options);
    return { kind: 'answered', detail: `${text('TopicArn')} is no longer subscribed: nothing more comes from it` };
  };
}

/** What can be told without a signature: cheap, and before anything is fetched. */
function faultOf(message: Fields, { topics, clock }: SnsOptions): string | undefined {
  const { Type: type, TopicArn: topic, Timestamp: timestamp, SigningCertURL: url } = message;
  if (typeof type !== 'string' || !Object.hasOwn(signed, type)) {
    return 'this is no SNS message: the topic must deliver without raw message delivery, which takes the signature away';
  }
  if (typeof topic !== 'string' || !topics.includes(topic)) return 'the topic is none of those in the configuration';
  if (!Object.hasOwn(algorithms, String(message['SignatureVersion']))) return 'SignatureVersion is neither 1 nor 2';
  if (addressOf(url, topic) === undefined) return `SigningCertURL is no address of SNS in the topic's region`;
  const age = clock.now() - Date.parse(String(timestamp));
  return age <= oldest && age >= -skew ? undefined : 'the message is too old, or from the future';
}

function stringToSign(message: Fields): string {
  return (signed[String(message['Type'])] ?? [])
    .filter((name) => typeof message[name] === 'string')
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join('');
}

/** `sns.<region>.amazonaws.com` of the topic's own region, nothing around it. */
function addressOf(url: unknown, topic: string): URL | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const [, partition, service, region = ''] = topic.split(':');
  if (service !== 'sns' || !/^[a-z0-9-]+$/.test(region)) return undefined;
  const address = new URL(url);
  const origin = `https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  return address.origin === origin && `${address.username}${address.password}` === '' ? address : undefined;
}

async function confirm(url: string, topic: string, { fetchText }: SnsOptions): Promise<Verdict> {
  const address = addressOf(url, topic);
  const query = address?.searchParams;
  if (address === undefined || query?.get('Action') !== 'ConfirmSubscription' || query.get('TopicArn') !== topic) {
    return refused("SubscribeURL is no confirmation of this topic at SNS in the topic's region");
  }
  await fetchText(address).catch(unavailable);
  return { kind: 'answered', detail: `the subscription to ${topic} is confirmed` };
}

type Certificates = (url: string) => Promise<X509Certificate | string>;

/** SNS changes its certificate about once a year; a region has one. */
const mostCertificates = 50;

/** @returns the certificate, or why it is none to trust. */
function createCertificates({ clock, fetchText }: SnsOptions): Certificates {
  const known = new Map<string, X509Certificate>();
  return async (url) => {
    const address = new URL(url);
    if (!/^\/[\w-]+\.pem$/.test(address.pathname) || address.search !== '')
      return 'SigningCertURL is no certificate of SNS';
    const certificate = known.get(url) ?? readCertificate(await fetchText(address).catch(unavailable));
    if (certificate === undefined) return 'SigningCertURL holds no certificate';
    const now = clock.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
      return 'the certificate of SNS has expired';
    // RSA alone: what createVerify is asked for above.
    if (certificate.publicKey.asymmetricKeyType !== 'rsa') return 'the certificate of SNS has no RSA key';
    if (known.size >= mostCertificates) known.clear();
    known.set(url, certificate);
    return certificate;
  };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // Whatever else it is, it is no certificate: the verdict says so.
    return undefined;
  }
}

function unavailable(cause: unknown): never {
  throw new ProblemError(503, 'Service Unavailable', `SNS did not answer (${(cause as Error).message}): send it again`);
}
