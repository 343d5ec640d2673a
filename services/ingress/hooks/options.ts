import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { fetchText, type FetchText } from './fetch-text.ts';
import { createSecrets, demandSecrets, type Secrets, type SecretsOptions } from './secrets.ts';

/** What a composition root gives for hooks. */
export interface HookOptions {
  readonly config: readonly HookConfig[];
  readonly secrets: Secrets;
  readonly fetchText: FetchText;
}

/**
 * For real: secrets from files and the environment, calls out over the network.
 * @throws Error when a hook's secret cannot be had: at the start, not when the first alert comes
 */
export function hooksFrom(config: readonly HookConfig[], options: SecretsOptions): HookOptions {
  const secrets = createSecrets(options);
  demandSecrets(config, secrets);
  return { config, secrets, fetchText };
}

/** Nobody may send. */
export const noHooks: HookOptions = { config: [], secrets: () => [], fetchText };
