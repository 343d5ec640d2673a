import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, isLoopback, tokenFor } from './connection.ts';
import type { CliError } from './exit.ts';
import { exitCode } from './exit.ts';
import { cachedUntilExpiry, commandTokens, githubTokens } from './token-source.ts';

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (exp: number, name = 'x'): string => `${segment({ alg: 'RS256' })}.${segment({ exp, name })}.signature`;

const failureOf = (asked: Promise<unknown>): Promise<CliError> =>
  asked.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: CliError) => error,
  );

describe('a token is kept', () => {
  function setup(tokens: readonly string[]) {
    const time = { now: 1_000_000 };
    let fetched = 0;
    const source = cachedUntilExpiry(
      () => Promise.resolve(tokens[fetched++] ?? 'none'),
      () => time.now,
    );
    return { time, source, fetched: () => fetched };
  }

  it('until a minute before it expires', async () => {
    const { time, source, fetched } = setup([jwt(1300), jwt(2000)]);
    expect(await source()).toBe(jwt(1300));
    time.now = 1_239_999;
    expect([await source(), fetched()]).toEqual([jwt(1300), 1]);
    time.now = 1_240_000;
    expect([await source(), fetched()]).toEqual([jwt(2000), 2]);
  });

  it.each(['opaque', 'a.b.c', `a.${segment({ exp: 'soon' })}.c`, `a.${segment(null)}.c`])(
    'for five minutes when it does not say: %s',
    async (token) => {
      const { time, source, fetched } = setup([token, 'next']);
      await source();
      time.now += 299_999;
      await source();
      expect(fetched()).toBe(1);
      time.now += 1;
      expect(await source()).toBe('next');
    },
  );

  it('unless it is none, and is not shown then', async () => {
    const error = await failureOf(setup(['two words']).source());
    expect([error.code, error.message]).toEqual([
      exitCode.badInput,
      'the token holds characters that no token has: copy it again',
    ]);
  });
});

describe('a token that a command prints', () => {
  it('is what it prints, without the end of the line', async () => {
    expect(await commandTokens('printf "%s\\n" a.b.c')()).toBe('a.b.c');
  });

  it.each([
    ['exit 3', 'HOMEOSTASIS_TOKEN_COMMAND ended with 3: it must print a token'],
    ['printf secret; exit 1', 'HOMEOSTASIS_TOKEN_COMMAND ended with 1: it must print a token'],
    ['true', 'HOMEOSTASIS_TOKEN_COMMAND printed nothing: it must print a token'],
  ])('%s is none', async (command, message) => {
    const error = await failureOf(commandTokens(command)());
    expect([error.code, error.message]).toEqual([exitCode.badInput, message]);
  });
});

describe('a token of GitHub Actions', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  async function github(answer: (request: IncomingMessage) => readonly [status: number, body: string]) {
    const asked: { readonly url: string | undefined; readonly authorization: string | undefined }[] = [];
    const server = createServer((request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      const [status, body] = answer(request);
      response.writeHead(status).end(body);
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2`;
    return { asked, environment: { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' } };
  }

  it('is asked for with the audience, and once', async () => {
    const { asked, environment } = await github(() => [200, JSON.stringify({ value: jwt(4e9) })]);
    const source = githubTokens(environment);
    expect([await source?.(), await source?.()]).toEqual([jwt(4e9), jwt(4e9)]);
    expect(asked).toEqual([{ url: '/token?api-version=2&audience=homeostasis', authorization: 'Bearer of-the-job' }]);
    await githubTokens({ ...environment, HOMEOSTASIS_AUDIENCE: 'https://hub.example/a b' })?.();
    expect(asked[1]?.url).toBe('/token?api-version=2&audience=https%3A%2F%2Fhub.example%2Fa+b');
  });

  it.each([
    [401, '{}'],
    [200, '{}'],
    [200, 'gateway'],
    [500, '{"value":"x"}'],
  ])('%i %s is none, and says which permission is missing', async (status, body) => {
    const { environment } = await github(() => [status, body]);
    const error = await failureOf(githubTokens(environment)?.() ?? Promise.resolve());
    expect(error.message).toBe(
      `GitHub gives no token (status ${status}): the job needs "permissions: id-token: write"`,
    );
  });

  it('is not to be had elsewhere', () => {
    expect(githubTokens({})).toBeUndefined();
    expect(githubTokens({ ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' })).toBeUndefined();
    expect(githubTokens({ ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' })).toBeUndefined();
  });
});

describe('the token that is sent', () => {
  const before = { ...process.env };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'homeostasis-token-'));
    writeFileSync(join(folder, 'token'), 'of-this-machine\n');
    for (const name of Object.keys(process.env)) if (/^(HOMEOSTASIS|ACTIONS)_/.test(name)) delete process.env[name];
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });
  const sent = (hub: string) => tokenFor(connect({ hub, data: folder }), new URL(hub));

  it('is the given one, then the command’s, then the folder’s', async () => {
    expect(await sent('http://127.0.0.1:1')).toBe('of-this-machine');
    process.env['HOMEOSTASIS_TOKEN_COMMAND'] = 'printf commanded';
    expect(await sent('http://127.0.0.1:1')).toBe('commanded');
    process.env['HOMEOSTASIS_TOKEN'] = 'given';
    expect(await sent('http://127.0.0.1:1')).toBe('given');
  });

  it.each(['http://10.0.0.5:4600', 'http://hub.example', 'http://localhost.evil.example', 'http://127.0.0.1.nip.io'])(
    'goes over TLS or to this machine, not to %s',
    async (hub) => {
      const error = await failureOf(sent(hub));
      expect([error.code, error.message]).toEqual([
        exitCode.badInput,
        expect.stringContaining('is not encrypted') as unknown,
      ]);
      expect(error.message).not.toContain('of-this-machine');
    },
  );

  it('of this machine goes nowhere else unless its folder is named', async () => {
    const at = process.cwd();
    mkdirSync(join(folder, '.homeostasis'));
    writeFileSync(join(folder, '.homeostasis', 'token'), 'of-this-machine');
    process.chdir(folder);
    try {
      expect(connect({ hub: 'http://127.0.0.1:1' }).token).toBe('of-this-machine');
      expect(connect({ hub: 'https://hub.example' })).toEqual({ url: 'https://hub.example', token: undefined });
      expect(connect({ hub: 'https://hub.example', data: '.homeostasis' }).token).toBe('of-this-machine');
    } finally {
      process.chdir(at);
    }
  });

  it('is nobody’s business where there is none', async () => {
    rmSync(join(folder, 'token'));
    expect(await sent('http://hub.example')).toBeUndefined();
  });

  it.each(['localhost', 'web.shop.localhost', '127.0.0.1', '127.8.9.1', '[::1]'])('%s is this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
});
