import { readFileSync } from 'node:fs';
import type { SecretSource } from '../../contracts/config-secret.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Environment } from '../required.ts';
import { usable } from './usable.ts';

export interface SecretsOptions {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Read {
  readonly at: number;
  readonly values: readonly string[];
}

/** What is exchanged is read again after this long. Milliseconds. */
const freshFor = 30_000;

/**
 * Secrets in files, in the environment, and on the hub in AWS Secrets Manager. What cannot be read any more leaves the last value in
 * force.
 */
export function createSecrets({ environment, clock, logger }: SecretsOptions): Secrets {
  const known = new Map<string, Read>();

  function kept(where: string, values: readonly string[]): readonly string[] {
    known.set(where, { at: clock.now(), values });
    return values;
  }

  function lastOf(where: string, error: unknown): readonly string[] {
    const before = known.get(where);
    if (before === undefined) throw error;
    logger.warn('secrets.unreadable', { secret: where, message: (error as Error).message });
    return kept(where, before.values);
  }

  const fresh = (where: string): readonly string[] | undefined => {
    const before = known.get(where);
    return before !== undefined && clock.now() - before.at < freshFor ? before.values : undefined;
  };

  function local(source: Exclude<SecretSource, { readonly secretsManager: string }>): readonly string[] {
    const where = placeOf(source);
    if ('environment' in source) return usable(environment[source.environment], where);
    const values = fresh(where);
    if (values !== undefined) return values;
    try {
      return kept(where, usable(readFileSync(source.file, 'utf8'), where));
    } catch (error) {
      return lastOf(where, error);
    }
  }

  return {
    check(source) {
      if ('secretsManager' in source) demandLambda(source, environment);
      else local(source);
    },
    async read(source) {
      if (!('secretsManager' in source)) return local(source);
      demandLambda(source, environment);
      const where = placeOf(source);
      const values = fresh(where);
      if (values !== undefined) return values;
      try {
        // Only who keeps a secret there loads what reads it.
        const { readSecret } = await import('./secrets-extension.ts');
        return kept(where, usable(await readSecret(source, environment), where));
      } catch (error) {
        return lastOf(where, error);
      }
    },
  };
}

function placeOf(source: SecretSource): string {
  if ('environment' in source) return `the environment variable ${source.environment}`;
  if ('file' in source) return `the file ${source.file}`;
  const field = source.field === undefined ? '' : `, field ${source.field}`;
  return `the secret ${source.secretsManager}${field} of AWS Secrets Manager`;
}

/** It is the function's role that may read it, and AWS's extension beside the function that does. */
function demandLambda(source: SecretSource, environment: Environment): void {
  if (environment['AWS_SESSION_TOKEN'] !== undefined && environment['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) return;
  throw new Error(`${placeOf(source)} is read by the hub on AWS alone: name a file or an environment variable here`);
}
