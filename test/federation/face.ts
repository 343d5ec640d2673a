import type { Issuer } from './issuer.ts';
import type { Trust } from './trust.ts';

/** What the faces of the authority have in common. */
export interface Face {
  readonly trust: Trust;
  readonly issuers: { readonly aws: Issuer; readonly entra: Issuer; readonly google: Issuer };
  readonly now: () => number;
  /** One entry for each token issued, in order. */
  readonly issued: ('aws' | 'aws-role' | 'entra' | 'google-sts' | 'google' | 'google-access')[];
  /** Google's access tokens, by what they are good for. */
  readonly access: Map<string, { readonly account: string; readonly scopes: readonly string[] }>;
}
