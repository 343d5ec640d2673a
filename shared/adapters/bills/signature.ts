import type { SecretSource } from '../../contracts/config-secret.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { Unauthorized } from '../../ports/cloud-target.ts';

/**
 * The shared access signature of a source, from where the configuration says it lies; looked for at once, as far as it can be then, and
 * read with each use.
 * @throws Error naming the source and the place; from a reading, Unauthorized
 */
export function signatureOf(name: string, sas: SecretSource, secrets: Secrets): () => Promise<string> {
  const named = (error: unknown): string => `cost.bills ${name}, sas: ${(error as Error).message}`;
  try {
    secrets.check(sas);
  } catch (error) {
    throw new Error(named(error), { cause: error });
  }
  return async () => {
    // Of two lines the first is the new one, as where secrets are accepted.
    const [first = ''] = await secrets.read(sas).catch((error: unknown) => {
      throw new Unauthorized(named(error), { cause: error });
    });
    return first;
  };
}
