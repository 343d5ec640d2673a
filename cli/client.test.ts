import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { usual } from './again.ts';
import { call } from './client.ts';
import { exitCode } from './exit.ts';

/** What API Gateway answers before the hub's own code runs. Source: "API Gateway HTTP APIs", gateway errors. */
async function refusedBy(status: number, message: string, token?: string) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = call(
    { url, token, ...(token && { tokenFrom: 'HOMEOSTASIS_TOKEN' }) },
    { path: '/v1/status' },
    { ...usual, wait: () => Promise.resolve() },
  );
  const error = (await asked.catch((each: unknown) => each)) as { readonly code: number; readonly message: string };
  server.close();
  return { code: error.code, message: error.message.replace(url, '<hub>') };
}

describe('the front of the hub', () => {
  it('refuses a token, and is not taken for somebody else', async () => {
    const { code, message } = await refusedBy(401, 'Unauthorized', 'x');
    expect([code, message]).toEqual([
      exitCode.badInput,
      expect.stringMatching(/^<hub> does not accept the token of HOMEOSTASIS_TOKEN/) as unknown,
    ]);
    expect((await refusedBy(401, 'Unauthorized')).message).toMatch(/^<hub> wants a token/);
  });

  it('is asked too often, which is nobody’s mistake', async () => {
    expect((await refusedBy(429, 'Too Many Requests')).code).toBe(exitCode.failed);
  });

  it('of something else says something else', async () => {
    expect((await refusedBy(404, 'Not Found')).code).toBe(exitCode.unreachable);
  });
});
