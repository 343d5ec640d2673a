import type { IncomingMessage } from 'node:http';
import { CliError, exitCode } from './exit.ts';

/** Gives a token that is good for now; the same one until shortly before it expires. @throws CliError */
export type TokenSource = () => Promise<string>;

/** Clocks differ, and a request takes time: a token with less left is replaced. Milliseconds. */
const leeway = 60_000;
/** A token that does not say when it expires is asked for again after this. Milliseconds. */
const unspoken = 5 * 60_000;

export function cachedUntilExpiry(fetchToken: () => Promise<string>, now: () => number = Date.now): TokenSource {
  let held: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (held === undefined || now() >= held.until) {
      const token = wellFormed(await fetchToken());
      const expiry = expiryOf(token);
      held = { token, until: expiry === undefined ? now() + unspoken : expiry - leeway };
    }
    return held.token;
  };
}

/** @throws CliError: a token that is not one is never shown, not even then. */
export function wellFormed(token: string): string {
  if (/^[!-~]*$/.test(token)) return token;
  throw new CliError(exitCode.badInput, 'the token holds characters that no token has: copy it again');
}

/** `exp` of a JSON Web Token in milliseconds; it is read, not verified: that is for those who are asked to trust it. */
function expiryOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined;
  } catch {
    // No JSON Web Token: some are opaque.
    return undefined;
  }
}

/** Long enough for somebody to sign in by a browser that the command opens. Milliseconds. */
const commandPatience = 120_000;

/**
 * Tokens that a command prints, as credential plugins of kubectl do: `gcloud auth print-identity-token`. It runs in a shell, may ask
 * on the terminal and complain on standard error; what it prints is the token.
 */
export function commandTokens(command: string): TokenSource {
  return cachedUntilExpiry(async () => {
    const { spawn } = process.getBuiltinModule('node:child_process');
    const child = spawn(command, { shell: true, stdio: ['inherit', 'pipe', 'inherit'], timeout: commandPatience });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = await new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
    });
    const token = Buffer.concat(chunks).toString('utf8').trim();
    if (ended === undefined && token !== '') return token;
    throw new CliError(
      exitCode.badInput,
      `HOMEOSTASIS_TOKEN_COMMAND ${ended ?? 'printed nothing'}: it must print a token`,
    );
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What API Gateway is told to expect, unless the hub names another: see hub.issuers in homeostasis.yaml. */
const defaultAudience = 'homeostasis';

/**
 * Tokens of a GitHub Actions job with `permissions: id-token: write`; undefined elsewhere.
 * Source: GitHub Docs, "OpenID Connect reference", methods for requesting the OIDC token.
 */
export function githubTokens(environment: Environment): TokenSource | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
  if (!url || !token || !URL.canParse(url)) return undefined;
  const target = new URL(url);
  target.searchParams.set('audience', environment['HOMEOSTASIS_AUDIENCE'] ?? defaultAudience);
  return cachedUntilExpiry(async () => {
    const { status, text } = await get(target, token);
    const value = status === 200 ? valueOf(text) : undefined;
    if (value !== undefined) return value;
    throw new CliError(
      exitCode.failed,
      `GitHub gives no token (status ${status}): the job needs "permissions: id-token: write"`,
    );
  });
}

function valueOf(text: string): string | undefined {
  try {
    const { value } = JSON.parse(text) as { readonly value?: unknown };
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

const patience = 15_000;

async function get(target: URL, token: string): Promise<{ readonly status: number; readonly text: string }> {
  const { request } = process.getBuiltinModule(target.protocol === 'https:' ? 'node:https' : 'node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const outgoing = request(target, { headers, timeout: patience }, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${patience / 1000} s`)));
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(new CliError(exitCode.unreachable, `cannot reach GitHub for a token (${error.code ?? error.message})`)),
    );
    outgoing.end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}
