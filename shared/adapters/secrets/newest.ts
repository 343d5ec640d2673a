import type { SecretSource } from '../../contracts/config-secret.ts';
import { Unauthorized } from '../../ports/cloud-target.ts';
import type { Secrets } from '../../ports/secrets.ts';

/**
 * A secret that is shown to others: looked for at once, as far as it can be then, and read with each use, so that a changed one is taken.
 * @param where it stands in the configuration, for messages: `cost.bills focus, sas`
 * @throws Error naming where and why it cannot be had; from a reading, Unauthorized
 */
export function newestOf(secrets: Secrets, source: SecretSource, where: string): () => Promise<string> {
  const named = (error: unknown): string => `${where}: ${(error as Error).message}`;
  try {
    secrets.check(source);
  } catch (error) {
    throw new Error(named(error), { cause: error });
  }
  return async () => {
    // Of two lines the first is the new one, as where secrets are accepted.
    const [first = ''] = await secrets.read(source).catch((error: unknown) => {
      throw new Unauthorized(named(error), { cause: error });
    });
    return first;
  };
}
