import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSecrets } from './index.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

/** What AWS's extension is for a function: a server on loopback that wants the session's token. */
async function extension(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return String((server.address() as AddressInfo).port);
}

function setup(environment: Record<string, string>) {
  const time = { now: 1_000_000 };
  const warnings: unknown[] = [];
  const logger = { info() {}, warn: (...said: unknown[]) => void warnings.push(said), error() {} };
  return { time, warnings, secrets: createSecrets({ environment, clock: { now: () => time.now }, logger }) };
}

const lambda = (port: string) => ({
  AWS_SESSION_TOKEN: 'session',
  AWS_LAMBDA_FUNCTION_NAME: 'hub-ingress',
  PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port,
});

describe('a secret in AWS Secrets Manager', () => {
  it('is read through the extension, kept for a while, and followed when it changes', async () => {
    const asked: unknown[] = [];
    let value = 'the-first-of-them';
    const port = await extension(({ url, headers }, response) => {
      asked.push([url, headers['x-aws-parameters-secrets-token']]);
      response.end(JSON.stringify({ Name: 'prod/hook', SecretString: value }));
    });
    const { secrets, time } = setup(lambda(port));
    const source = { secretsManager: 'prod/hook' };
    secrets.check(source);
    expect(asked).toEqual([]);
    expect(await secrets.read(source)).toEqual(['the-first-of-them']);
    value = 'the-second-of-them';
    expect(await secrets.read(source)).toEqual(['the-first-of-them']);
    time.now += 30_000;
    expect(await secrets.read(source)).toEqual(['the-second-of-them']);
    expect(asked).toEqual(Array(2).fill(['/secretsmanager/get?secretId=prod%2Fhook', 'session']));
  });

  it('may be a field of a JSON object', async () => {
    const secret = { token: 'a-token-that-is-long', port: 5432 };
    const port = await extension((_, response) =>
      response.end(JSON.stringify({ SecretString: JSON.stringify(secret) })),
    );
    const { secrets } = setup(lambda(port));
    const field = (name: string) => secrets.read({ secretsManager: 's', field: name });
    expect(await field('token')).toEqual([secret.token]);
    await expect(field('port')).rejects.toThrow('the secret s is no JSON object with a text in its field port');
    await expect(field('nosuch')).rejects.toThrow(/its field nosuch$/);
  });

  it('that cannot be read any more leaves the last value in force', async () => {
    let status = 200;
    const port = await extension((_, response) => {
      response.writeHead(status);
      response.end(status === 200 ? JSON.stringify({ SecretString: 'the-first-of-them' }) : 'AccessDeniedException');
    });
    const { secrets, time, warnings } = setup(lambda(port));
    const source = { secretsManager: 's' };
    await secrets.read(source);
    status = 400;
    time.now += 30_000;
    expect(await secrets.read(source)).toEqual(['the-first-of-them']);
    expect(JSON.stringify(warnings)).toContain('AccessDeniedException');
    const fresh = setup(lambda(port)).secrets.read(source);
    await expect(fresh).rejects.toThrow(/the secret s: the extension answered 400 \(.*\): AccessDeniedException/);
  });

  it.each([
    ['short', JSON.stringify({ SecretString: 'hunter2' }), /less than 12 characters/],
    ['binary', JSON.stringify({ SecretBinary: 'aHVudGVyMg==' }), /binary secrets are not read/],
    ['none of JSON', 'hunter2hunter2', /has no text/],
  ])('is not accepted when it is %s, and not shown', async (_, body, message) => {
    const port = await extension((__, response) => response.end(body));
    const error = await setup(lambda(port))
      .secrets.read({ secretsManager: 's' })
      .catch((each: unknown) => each);
    expect((error as Error).message).toMatch(message);
    expect(String((error as Error).stack)).not.toContain('hunter2');
  });

  it('is for the hub alone, and needs the extension there', async () => {
    const source = { secretsManager: 'prod/hook', field: 'token' };
    const message = /secret prod\/hook, field token of AWS Secrets Manager is read by the hub on AWS alone/;
    expect(() => setup({}).secrets.check(source)).toThrow(message);
    await expect(setup({}).secrets.read(source)).rejects.toThrow(message);
    const port = await extension(() => {});
    ends.splice(0).forEach((end) => end());
    await expect(setup(lambda(port)).secrets.read(source)).rejects.toThrow(/Lambda Extension does not answer/);
  });
});

describe('a secret in a file', () => {
  it('is followed when the file changes, and stands when it goes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'token');
    const { secrets, time, warnings } = setup({});
    expect(() => secrets.check({ file })).toThrow(/ENOENT/);
    writeFileSync(file, 'the-new-one-of-two\n\nthe-old-one-of-two\n');
    secrets.check({ file });
    expect(await secrets.read({ file })).toEqual(['the-new-one-of-two', 'the-old-one-of-two']);
    rmSync(file);
    time.now += 30_000;
    expect(await secrets.read({ file })).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });
});
