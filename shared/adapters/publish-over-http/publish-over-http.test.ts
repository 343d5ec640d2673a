import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEnvelope, type Envelope } from '../../contracts/envelope.ts';
import { publishOverHttp } from './index.ts';

const event: Envelope = {
  specversion: '1.0',
  id: 'report-1',
  source: '/homeostasis/deployer-gcp',
  type: 'dev.homeostasis.deployment.reported.v1',
  subject: 'shop/web',
  time: '2026-11-21T08:00:00.123Z',
  datacontenttype: 'application/json',
  correlationid: 'c-1',
  causationid: 'a-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  dryrun: true,
  data: { phase: 'ready', replicas: { desired: 2, ready: 2 } },
};
const publication = { event };

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

/** `status` for all, or one for each request, the last for those that follow. */
async function hubAnswering(...statuses: readonly number[]) {
  const seen: Request[] = [];
  const hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(statuses[seen.length - 1] ?? statuses.at(-1) ?? 200).end('{}');
    });
  });
  servers.push(hub.listen(0, '127.0.0.1'));
  await once(hub, 'listening');
  return { hub, seen, url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}/` };
}

function tokensOf(...values: readonly string[]) {
  const forgotten: string[] = [];
  return {
    forgotten,
    get: () => Promise.resolve(values[forgotten.length] ?? values.at(-1) ?? ''),
    forget: (token: string) => void forgotten.push(token),
  };
}

describe('publishing over HTTP', () => {
  it('sends one batch with a token, and every attribute and extension as it was', async () => {
    const { seen, url } = await hubAnswering(202);
    const publish = publishOverHttp({ url, tokens: tokensOf('secret') });
    const second = { ...event, id: 'report-2', data: 5 };
    expect(await publish([publication, { event: second }])).toEqual(['accepted', 'accepted']);
    expect(seen).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: [] }] = seen;
    expect(headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    });
    const read = (body as unknown[]).map((each) => parseEnvelope(each, { time: 'never' }));
    expect(read).toEqual([event, second]);
  });

  it.each([401, 403])('a token refused with %i is forgotten, and another tried once', async (status) => {
    const tokens = tokensOf('old', 'new');
    const { seen, url } = await hubAnswering(status, 202);
    expect(await publishOverHttp({ url, tokens })([publication])).toEqual(['accepted']);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(tokens.forgotten).toEqual(['old']);
    expect(seen[1]?.body).toEqual(seen[0]?.body);
  });

  it.each([
    [401, /issuer and audience/],
    [403, /permission to report/],
  ])('refused for good with %i it says what is wrong, and the events are owed', async (status, text) => {
    const { seen, url } = await hubAnswering(status);
    const failed = publishOverHttp({ url, tokens: tokensOf('old', 'new') })([publication]);
    await expect(failed).rejects.toMatchObject({
      name: 'BusUnavailable',
      message: expect.stringMatching(text) as string,
    });
    expect(seen).toHaveLength(2);
  });

  it('does not send the same token twice', async () => {
    const { seen, url } = await hubAnswering(401);
    await expect(publishOverHttp({ url, tokens: tokensOf('same') })([publication])).rejects.toThrow(/401/);
    expect(seen).toHaveLength(1);
  });

  it('follows nobody elsewhere', async () => {
    const { url } = await hubAnswering(302);
    await expect(publishOverHttp({ url })([publication])).rejects.toMatchObject({ name: 'BusUnavailable' });
  });

  it('sends no credentials where there are none', async () => {
    const { seen, url } = await hubAnswering(202);
    await publishOverHttp({ url })([publication]);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is owed when it was not taken, and the error holds no token', async () => {
    const { url } = await hubAnswering(503);
    const error = await publishOverHttp({ url, tokens: tokensOf('secret') })([publication]).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      name: 'BusUnavailable',
      message: expect.stringContaining('answered 503 to a batch of 1') as string,
    });
    expect(String(error)).not.toContain('secret');
  });

  it('is owed when nobody answers', async () => {
    const { hub, url } = await hubAnswering(202);
    await new Promise((closed) => hub.close(closed));
    await expect(publishOverHttp({ url })([publication])).rejects.toMatchObject({ name: 'BusUnavailable' });
  });

  it('sends nothing when one of a batch is no event', async () => {
    const { seen, url } = await hubAnswering(202);
    const wrong = { event: { ...event, source: '' } };
    await expect(publishOverHttp({ url })([publication, wrong])).rejects.toThrow();
    expect(seen).toEqual([]);
  });

  it('refuses what is to be delayed', async () => {
    const { seen, url } = await hubAnswering(202);
    await expect(publishOverHttp({ url })([{ ...publication, dueAt: 1 }])).rejects.toThrow(/cannot do/);
    expect(seen).toEqual([]);
  });
});
