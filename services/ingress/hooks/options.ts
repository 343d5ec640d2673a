import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Secrets } from '../../../shared/ports/secrets.ts';
import { fetchText, type FetchText } from './fetch-text.ts';
import { demandSecrets } from './secrets.ts';

/** What a composition root gives for hooks. */
export interface HookOptions {
  readonly config: readonly HookConfig[];
  readonly secrets: Secrets;
  readonly fetchText: FetchText;
}

/**
 * For real: calls out over the network.
 * @throws Error when a hook's secret cannot be had: at the start, not when the first alert comes
 */
export function hooksFrom(config: readonly HookConfig[], secrets: Secrets): HookOptions {
  demandSecrets(config, secrets);
  return { config, secrets, fetchText };
}

const noSecrets: Secrets = { check: () => {}, read: () => Promise.resolve([]) };

/** Nobody may send. */
export const noHooks: HookOptions = { config: [], secrets: noSecrets, fetchText };
