import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, exitCode } from './exit.ts';
import { commandTokens, githubTokens, wellFormed, type TokenSource } from './token-source.ts';

/** Where the control plane is, and with which token. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
  /** Where the token was found, for the message when it is not accepted. */
  readonly tokenFrom?: string;
  /** Asked at every call, in place of `token`: tokens that expire are renewed. */
  readonly tokens?: TokenSource;
}

export interface ConnectionOptions {
  readonly hub?: string;
  readonly data?: string;
}

export const defaultUrl = 'http://127.0.0.1:4600';
export const defaultDataFolder = '.homeostasis';

/** Option, then environment, then what runs from the local data folder, whatever its port; the token likewise. */
export function connect(options: ConnectionOptions): Connection {
  const named = options.data ?? process.env['HOMEOSTASIS_DATA'];
  const folder = named ?? defaultDataFolder;
  const url = urlOf(options.hub, folder);
  return { url, ...credentialsFor(url, folder, named !== undefined) };
}

function urlOf(hub: string | undefined, folder: string): string {
  const url = hub ?? process.env['HOMEOSTASIS_URL'] ?? local(folder, 'url') ?? defaultUrl;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  const from = hub === undefined ? 'HOMEOSTASIS_URL' : '--hub';
  throw new CliError(exitCode.badInput, `${from} ${url}: expected a URL such as ${defaultUrl}`);
}

type Credentials = Omit<Connection, 'url'>;

function credentialsFor(url: string, folder: string, isNamed: boolean): Credentials {
  const { HOMEOSTASIS_TOKEN: given, HOMEOSTASIS_TOKEN_COMMAND: command } = process.env;
  if (given !== undefined) return { token: wellFormed(given.trim()), tokenFrom: 'HOMEOSTASIS_TOKEN' };
  if (command !== undefined && command !== '') {
    return { token: undefined, tokenFrom: 'HOMEOSTASIS_TOKEN_COMMAND', tokens: commandTokens(command) };
  }
  // The token of the control plane on this machine is no other's business, unless somebody says so.
  const found = isNamed || isLoopback(new URL(url).hostname) ? local(folder, 'token') : undefined;
  if (found !== undefined) return { token: wellFormed(found), tokenFrom: join(folder, 'token') };
  const tokens = githubTokens(process.env);
  return { token: undefined, ...(tokens === undefined ? {} : { tokenFrom: 'GitHub Actions', tokens }) };
}

function local(folder: string, name: 'token' | 'url'): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    // No file: nothing runs from here. The default address then, or the server's 401, says what to do.
    return undefined;
  }
}

/** As a URL spells a host. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * The token to send there, if there is one.
 * @throws CliError rather than showing a token to whoever stands between here and there.
 */
export async function tokenFor({ token, tokens }: Connection, target: URL): Promise<string | undefined> {
  if (token === undefined && tokens === undefined) return undefined;
  if (target.protocol === 'http:' && !isLoopback(target.hostname)) {
    throw new CliError(
      exitCode.badInput,
      `${target.origin} is not encrypted, and everybody on the way could read the token: use https, or a tunnel to this machine`,
    );
  }
  return tokens === undefined ? token : tokens();
}
