import { readFileSync } from 'node:fs';
import type { HookAuthentication, HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Logger } from '../../../shared/ports/logger.ts';

/** Where a secret is: never itself in the configuration. */
export type SecretSource = { readonly file: string } | { readonly environment: string };

/**
 * The values that are accepted, one a line: while a secret is being changed, the old one and the new one.
 * @throws Error that names the source, never the secret.
 */
export type Secrets = (source: SecretSource) => readonly string[];

export interface SecretsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A file that is exchanged is read again after this long. Milliseconds. */
const freshFor = 30_000;
/** Shorter ones can be guessed through an API that answers as fast as this. */
const shortest = 12;

/** Reads secrets from files and the environment. A file that cannot be read any more leaves the last value in force. */
export function createSecrets({ environment, clock, logger }: SecretsOptions): Secrets {
  const known = new Map<string, { readonly at: number; readonly values: readonly string[] }>();
  return (source) => {
    if ('environment' in source) {
      return usable(environment[source.environment], `the environment variable ${source.environment}`);
    }
    const { file } = source;
    const before = known.get(file);
    const now = clock.now();
    if (before !== undefined && now - before.at < freshFor) return before.values;
    try {
      const values = usable(readFileSync(file, 'utf8'), `the file ${file}`);
      known.set(file, { at: now, values });
      return values;
    } catch (error) {
      if (before === undefined) throw error;
      logger.warn('hooks.secret', { file, message: (error as Error).message });
      known.set(file, { at: now, values: before.values });
      return before.values;
    }
  };
}

function usable(text: string | undefined, where: string): readonly string[] {
  const values = (text ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (values.length === 0) throw new Error(`${where} holds no secret`);
  if (values.every((each) => each.length >= shortest)) return values;
  throw new Error(`${where} holds a secret of less than ${shortest} characters: make one with "openssl rand -hex 32"`);
}

/** What a hook's authentication needs to be kept, if it needs anything. */
export function sourceOf(authentication: HookAuthentication): SecretSource | undefined {
  switch (authentication.type) {
    case 'bearer':
    case 'query':
      return authentication.token;
    case 'basic':
      return authentication.password;
    case 'hmac':
      return authentication.secret;
    case 'sns':
    case 'oidc':
    case 'api':
      return undefined;
  }
}

/** At start, so that a hook that could let nobody in is not found out by the first alert. @throws Error naming hook and source */
export function demandSecrets(hooks: readonly HookConfig[], secrets: Secrets): void {
  for (const { name, authentication } of hooks) {
    const source = sourceOf(authentication);
    try {
      if (source !== undefined) secrets(source);
    } catch (error) {
      throw new Error(`hook ${name}: ${(error as Error).message}`, { cause: error });
    }
  }
}
