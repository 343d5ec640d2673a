import type { SecretSource } from '../contracts/config-secret.ts';

/** Reads secrets from where the configuration says they are. Errors name the place, never the secret. */
export interface Secrets {
  /** At the start, as far as it can be told then, so that a secret nobody can have is not found out in the night. @throws Error */
  check(source: SecretSource): void;
  /**
   * The values in force, one a line: while a secret is being changed, the old one and the new one.
   * @throws Error when there is none to be had
   */
  read(source: SecretSource): Promise<readonly string[]>;
}
