import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HTTP } from 'cloudevents';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import { createHandler, gcpWire } from './main.lambda.ts';
import type { Wire } from './post.ts';

const { delayMs: _, ...survey } = targetSurvey.draft({ scope: 'gcp/europe-west1' });
const event: Envelope = {
  ...survey,
  ...{ specversion: '1.0', id: 'c-1', source: '/homeostasis/monitor', time: '2026-11-21T08:00:00.000Z' },
  ...{ datacontenttype: 'application/json', correlationid: 'r-1', dryrun: true },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Respond = (response: ServerResponse, nth: number) => void;

let far: Server;
let url: string;
let seen: Seen[];
let respond: Respond;
let forgotten: string[];

beforeEach(async () => {
  seen = [];
  forgotten = [];
  respond = (response) => response.writeHead(204).end();
  far = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      respond(response, seen.length);
    });
  });
  far.listen(0, '127.0.0.1');
  await once(far, 'listening');
  url = `http://127.0.0.1:${(far.address() as AddressInfo).port}/api/events`;
});
afterEach(async () => {
  far.closeAllConnections();
  await new Promise((closed) => far.close(closed));
});

const tokens = {
  get: () => Promise.resolve(`token-${forgotten.length + 1}`),
  forget: (token: string) => void forgotten.push(token),
};

function wire(change: Partial<Wire> = {}): Wire {
  const settings = { url, audience: 'a', provider: '//p', serviceAccount: 's' };
  return { ...gcpWire(settings, tokens), ...change };
}

/** One invocation with one record; what failed is given back instead of retried. */
async function relay(given: Envelope, options: { readonly wire?: Wire; readonly timeoutMs?: number } = {}) {
  const errors: unknown[] = [];
  const handle = createHandler({
    wires: [options.wire ?? wire()],
    clock: { now: () => Date.parse('2026-11-21T08:00:00Z') },
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    receive: (body) => Promise.resolve(parseEnvelope(JSON.parse(body), { time: 'never' })),
    failed: ({ error }) => Promise.resolve(errors.push(error) > 0),
  });
  const answer = await handle({ Records: [{ messageId: 'm-1', body: JSON.stringify(given) }] });
  return { again: answer.batchItemFailures.length, error: errors[0] as Error | undefined };
}

describe('a command for another cloud', () => {
  it('is posted as one structured CloudEvent, whole, with the token', async () => {
    expect(await relay(event)).toEqual({ again: 0, error: undefined });
    const [{ headers, body } = { headers: {}, body: '' }] = seen;
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      authorization: 'Bearer token-1',
      'x-serverless-authorization': 'Bearer token-1',
    });
    expect(HTTP.toEvent({ headers, body })).toMatchObject({ id: 'c-1', cloud: 'gcp', dryrun: true });
    expect(parseEnvelope(JSON.parse(body), { time: 'never' })).toEqual(event);
  });

  it.each([401, 403])('refused with %i goes once more, with another token', async (status) => {
    respond = (response, nth) => response.writeHead(nth === 1 ? status : 204).end();
    expect(await relay(event)).toEqual({ again: 0, error: undefined });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(forgotten).toEqual(['token-1']);
  });

  it('refused twice is still owed, and says what to look at', async () => {
    respond = (response) => response.writeHead(403).end('Forbidden');
    const { again, error } = await relay(event);
    expect(again).toBe(1);
    expect(error).toMatchObject({
      name: 'CallRefused',
      message: expect.stringMatching(/answered 403 \(Forbidden\): check that s has roles\/run.invoker/) as string,
    });
    expect(seen).toHaveLength(2);
  });

  it('that the far side asks to wait with is owed, no sooner than it asks', async () => {
    respond = (response) => response.writeHead(429, { 'retry-after': '7' }).end();
    expect((await relay(event)).error).toMatchObject({ name: 'FunctionUnavailable', retryAfterMs: 7_000 });
  });

  it('that will never be taken is given up, with the far side’s words', async () => {
    respond = (response) =>
      response.writeHead(422).end(JSON.stringify({ title: 'Nobody reads this', detail: 'type dance' }));
    expect((await relay(event)).error).toMatchObject({
      name: 'CommandRefused',
      terminal: true,
      message: expect.stringContaining('Nobody reads this: type dance') as string,
    });
  });

  it('never follows a redirect with its token', async () => {
    const elsewhere = url.replace('/api/events', '/elsewhere');
    respond = (response) => response.writeHead(302, { location: elsewhere }).end();
    expect((await relay(event)).error).toMatchObject({ name: 'FunctionUnavailable' });
    expect(seen).toHaveLength(1);
  });

  it('is owed when nobody answers, in time or at all', async () => {
    respond = () => undefined;
    expect((await relay(event, { timeoutMs: 50 })).error).toMatchObject({
      name: 'FunctionUnavailable',
      message: expect.stringContaining(`no answer from the gcp deployer at ${url}`) as string,
    });
    far.closeAllConnections();
    await new Promise((closed) => far.close(closed));
    expect((await relay(event)).error).toMatchObject({ name: 'FunctionUnavailable' });
  });

  it('is owed when an answer breaks off', async () => {
    respond = (response) => {
      response.writeHead(500, { 'content-length': '100' }).write('half');
      response.destroy();
    };
    expect((await relay(event)).error).toMatchObject({ name: 'FunctionUnavailable' });
  });

  it('reads no more of an endless answer than an error needs', async () => {
    let stopped = false;
    respond = (response) => {
      response.writeHead(400);
      const more = () => {
        if (!stopped) response.write('x'.repeat(65_536), more);
      };
      response.on('close', () => (stopped = true));
      more();
    };
    const { error } = await relay(event);
    expect(error?.message.length).toBeLessThan(600);
    await expect.poll(() => stopped).toBe(true);
  });

  it('keeps its token out of what is told, even if the far side quotes it', async () => {
    respond = (response) => response.writeHead(400).end('you sent token-1');
    expect((await relay(event)).error?.message).toContain('you sent (token)');
  });

  it('is owed when there is no token', async () => {
    const none = wire({ tokens: { ...tokens, get: () => Promise.reject(new Error('STS is away')) } });
    const { again, error } = await relay(event, { wire: none });
    expect([again, error?.message]).toEqual([1, 'STS is away']);
    expect(seen).toEqual([]);
  });
});

describe('what is no command for another cloud', () => {
  it.each<[string, Envelope, RegExp]>([
    [
      'a command of a cloud without a deployer',
      { ...event, cloud: 'azure' },
      /"azure"; HOMEOSTASIS_RELAY leads to gcp/,
    ],
    ['an event', { ...event, type: 'dev.homeostasis.deployment.ready.v1' }, /this function reads/],
    ['a command that does not fit', { ...event, type: deploymentApply.type }, /deployment.apply/],
  ])('%s is put aside and never sent', async (_name, given, text) => {
    const { error } = await relay(given);
    expect(error).toMatchObject({
      name: 'InvalidEvent',
      terminal: true,
      message: expect.stringMatching(text) as string,
    });
    expect(seen).toEqual([]);
  });
});
