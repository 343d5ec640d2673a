import type { HookAuthentication, HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { SecretSource } from '../../../shared/contracts/config-secret.ts';
import type { Secrets } from '../../../shared/ports/secrets.ts';

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
      if (source !== undefined) secrets.check(source);
    } catch (error) {
      throw new Error(`hook ${name}: ${(error as Error).message}`, { cause: error });
    }
  }
}
