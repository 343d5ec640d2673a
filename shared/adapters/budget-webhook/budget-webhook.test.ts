import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { parseEnvelope } from '../../contracts/envelope.ts';
import { createSecrets } from '../secrets/index.ts';
import { budgetWebhooks } from './index.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real server that keeps what it was asked. */
async function receiver(answer: (response: ServerResponse, asked: Asked) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method, url, headers } = request;
      const one = { method, url, headers, body };
      asked.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const token = 'a-token-that-is-long-enough';
const logger = { info() {}, warn() {}, error() {} };
const secretsOf = (environment: Record<string, string>) =>
  createSecrets({ environment, clock: { now: () => 0 }, logger });

const event: Envelope = {
  specversion: '1.0',
  id: 'e1',
  source: '/homeostasis/cost',
  type: 'dev.homeostasis.budget.exceeded.v1',
  subject: 'shop-month',
  time: '2026-11-21T08:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'c1',
  data: { budget: 'shop-month', reason: 'shop/checkout für 310.20 €' },
};

function poster(url: string, over: { readonly timeoutMs?: number; readonly withToken?: boolean } = {}) {
  const { withToken = true, ...rest } = over;
  const webhook = { url, ...(withToken ? { token: { environment: 'HOOK' } } : {}) };
  const post = budgetWebhooks({
    budgets: [{ name: 'shop-month', webhook }],
    secrets: secretsOf({ HOOK: token }),
    ...rest,
  });
  return () => post({ budget: 'shop-month', event });
}

const errorOf = (doing: Promise<void>): Promise<Error> =>
  doing.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error as Error,
  );

describe('the webhook of a budget', () => {
  it('is posted the event in structured mode, with the token', async () => {
    const { asked, url } = await receiver((response) => response.writeHead(202).end());
    await poster(`${url}/hooks/cost?team=web`)();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      url: '/hooks/cost?team=web',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/cloudevents+json; charset=utf-8',
      },
    });
    expect(parseEnvelope(JSON.parse(asked[0]?.body ?? ''), { time: '' })).toEqual(event);
  });

  it('needs no token, and takes user and password of an address', async () => {
    const { asked, url } = await receiver((response) => response.end());
    await poster(url, { withToken: false })();
    await poster(url.replace('//', '//us%40er:pass@'), { withToken: false })();
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, `Basic ${btoa('us@er:pass')}`]);
  });

  it.each([400, 401, 404, 410, 429, 500, 503])('that answers %i has not taken it', async (status) => {
    const { url } = await receiver((response, { headers }) => {
      response.writeHead(status).end(`no, ${headers.authorization ?? ''} is not welcome ${'x'.repeat(100_000)}`);
    });
    const error = await errorOf(poster(`${url}/hooks?secret=hidden`)());
    expect(error.message).toContain(`webhook of budget shop-month at ${url}/hooks answered ${status}`);
    expect(error.message).toContain('no, Bearer … is not welcome');
    expect(error.message).not.toMatch(/hidden|a-token-that/);
    expect(error.message.length).toBeLessThan(600);
  });

  it.each([301, 302, 307, 308])('is not followed elsewhere (%i)', async (status) => {
    const elsewhere = await receiver((response) => response.end());
    const { url } = await receiver((response) => response.writeHead(status, { location: elsewhere.url }).end());
    const error = await errorOf(poster(url)());
    expect(error.message).toMatch(/redirects are not followed: configure the address it points to/);
    expect(elsewhere.asked).toEqual([]);
  });

  it('that is silent is given up', async () => {
    const { url } = await receiver(() => {});
    const error = await errorOf(poster(url, { timeoutMs: 50 })());
    expect(error.message).toMatch(/webhook of budget shop-month at .* did not answer: .*time/i);
  });

  it('that nobody listens at says so', async () => {
    const { url } = await receiver(() => {});
    ends.splice(0).forEach((end) => end());
    const error = await errorOf(poster(url)());
    expect(error.message).toMatch(/did not answer: .*ECONNREFUSED/);
    expect(String(error.stack)).not.toContain(token);
  });

  it('with a token that nobody can have is found out at the start', () => {
    const webhook = { url: 'http://127.0.0.1:1', token: { environment: 'NOT_SET' } };
    const making = () => budgetWebhooks({ budgets: [{ name: 'b', webhook }], secrets: secretsOf({}) });
    expect(making).toThrow(/cost\.budgets b, webhook: the environment variable NOT_SET holds no secret/);
  });
});
