import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../cli/serve/listen.ts';
import { takeBills } from '../../cli/serve/upload.ts';
import { clock, createIngress, token } from '../../services/ingress/fixtures.ts';
import type { Right } from '../../services/ingress/principal.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';

/** The door for bills on the wire: ingress, a real connection, a real inbox. */
describe('a bill that is sent', () => {
  let inbox: string;
  const doors: Listening[] = [];
  beforeEach(async () => {
    inbox = await mkdtemp(join(tmpdir(), 'inbox-'));
  });
  afterEach(async () => {
    for (const door of doors.splice(0)) await door.close();
    await rm(inbox, { recursive: true, force: true });
  });

  async function open(may: readonly Right[] = ['operate']) {
    const runtime = createMemoryRuntime({ clock });
    let settled = Promise.withResolvers<void>();
    const refused: unknown[] = [];
    const take = takeBills({ inbox, megabytes: 1, bus: runtime.bus, clock, newId: () => 'upload-1' });
    const ingress = createIngress(runtime, {
      identify: () => ({ kind: 'known', principal: { name: 'ci', may } }),
      upload: (sent, name) =>
        take(sent, name)
          .catch((error: unknown) => {
            refused.push(error);
            throw error;
          })
          .finally(() => settled.resolve()),
    });
    const door = await listen(ingress.app.fetch, { host: '127.0.0.1', port: 0, flag: '--port' });
    doors.push(door);
    const send = (headers: Readonly<Record<string, string>> = {}, query = '?name=october.csv') =>
      request({
        port: door.port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/cost/bills${query}`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', ...headers },
      });
    return {
      send,
      stored: ingress.stored,
      refused,
      /** The door is done with what came, well or badly. */
      settled: async () => {
        await settled.promise;
        settled = Promise.withResolvers();
      },
    };
  }

  async function answerOf(outgoing: ReturnType<typeof request>) {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>;
    return { status: response.statusCode, body };
  }

  it('is in the inbox, and said, when it is answered', async () => {
    const { send, stored } = await open();
    const outgoing = send();
    outgoing.end('BilledCost\n1\n');
    expect(await answerOf(outgoing)).toMatchObject({
      status: 202,
      body: { id: 'upload-1', file: { source: 'upload', name: 'october.csv', bytes: 13 } },
    });
    const [name = '', ...more] = await readdir(inbox);
    expect(more).toEqual([]);
    expect(await readFile(join(inbox, name), 'utf8')).toBe('BilledCost\n1\n');
    expect(await stored()).toMatchObject([{ data: { file: { location: name } } }]);
  });

  it('is refused by its length before it is sent, when that is over the limit', async () => {
    const { send, stored } = await open();
    const outgoing = send({ 'content-length': String(1024 * 1024 + 1) });
    outgoing.on('error', () => {});
    outgoing.flushHeaders();
    const { status, body } = await answerOf(outgoing);
    expect(status).toBe(413);
    expect(body['detail']).toContain('at most 1 MB (cost.uploadMegabytes)');
    outgoing.destroy();
    expect(await readdir(inbox)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('is refused where it goes over the limit, and nothing of it stays', async () => {
    const { send, stored, settled } = await open();
    const outgoing = send({ 'transfer-encoding': 'chunked' });
    // The connection may be closed on us while we are still sending.
    outgoing.on('error', () => {});
    const answered = answerOf(outgoing);
    outgoing.end(Buffer.alloc(1024 * 1024 + 1, 'x'));
    expect((await answered).status).toBe(413);
    await settled();
    expect(await readdir(inbox)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('leaves nothing when its connection breaks half way', async () => {
    const { send, stored, settled, refused } = await open();
    const outgoing = send({ 'content-length': '100000' });
    outgoing.on('error', () => {});
    outgoing.write(Buffer.alloc(50_000, 'x'), () => outgoing.destroy());
    await settled();
    expect(await readdir(inbox)).toEqual([]);
    expect(await stored()).toEqual([]);
    // What is a failure of ours is logged as one; this is none.
    expect(refused).toMatchObject([{ name: 'ProblemError', problem: { status: 400 } }]);
    // And the door is open to the next one.
    const whole = send();
    whole.end('BilledCost\n1\n');
    expect((await answerOf(whole)).status).toBe(202);
  });

  const name = '?name=october.csv';
  it.each([
    ['of another content type', 415, { headers: { 'content-type': 'text/html' }, name }, '"text/html" is no bill'],
    ['of no content type', 415, { headers: { 'content-type': '' }, name }, '"" is no bill'],
    ['without a name', 422, { headers: {}, name: '' }, 'the query names the file'],
    ['with a name that leads elsewhere', 422, { headers: {}, name: '?name=..%2F..%2Fetc' }, 'the query names the file'],
  ])('is refused %s', async (_, status, sent, detail) => {
    const { send, stored } = await open();
    const outgoing = send(sent.headers, sent.name);
    outgoing.end('BilledCost\n1\n');
    const answer = await answerOf(outgoing);
    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toContain(detail);
    expect(await readdir(inbox)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('needs the right to operate', async () => {
    const { send, stored } = await open(['read', 'publish', 'report']);
    const outgoing = send();
    outgoing.end('BilledCost\n1\n');
    const { status, body } = await answerOf(outgoing);
    expect(status).toBe(403);
    expect(body['detail']).toBe('ci may read, publish, report; this needs operate');
    expect(await readdir(inbox)).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});
