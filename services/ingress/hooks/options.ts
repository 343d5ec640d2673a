import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { fetchText, type FetchText } from './fetch-text.ts';
import { createSecrets, type Secrets, type SecretsOptions } from './secrets.ts';

/** What a composition root gives for hooks. */
export interface HookOptions {
  readonly config: readonly HookConfig[];
  readonly secrets: Secrets;
  readonly fetchText: FetchText;
}

/** For real: secrets from files and the environment, calls out over the network. */
export const hooksFrom = (config: readonly HookConfig[], options: SecretsOptions): HookOptions => ({
  config,
  secrets: createSecrets(options),
  fetchText,
});

/** Nobody may send. */
export const noHooks: HookOptions = { config: [], secrets: () => [], fetchText };
