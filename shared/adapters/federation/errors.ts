/** A link of the chain of trust between two clouds; the message says what to do about it. */
export type Link =
  | 'aws-outbound-federation'
  | 'entra-federated-credential'
  | 'entra-audience'
  | 'google-workload-identity'
  | 'google-service-account'
  | 'azure-managed-identity'
  | 'google-metadata'
  | 'aws-web-identity-role';

/**
 * Somebody in the chain of trust said no. Tried again all the same: grants and new keys take minutes to arrive everywhere, and a
 * command that waits in its queue needs no redrive once the trust is put right.
 */
export class TrustRefused extends Error {
  override readonly name = 'TrustRefused';
  readonly link: Link;
  constructor(link: Link, message: string) {
    super(redacted(message));
    this.link = link;
  }
}

/** Nobody answered, or with something that is no token: try again. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
  constructor(message: string) {
    super(redacted(message));
  }
}

/** Token services like to quote what they were sent. What looks like a JWT, or is written as a bearer token, stays out of messages. */
export const redacted = (text: string): string =>
  text.replace(/\beyJ[\w-]*(?:\.[\w-]*){0,2}/g, '(token)').replace(/\bbearer\s+\S+/gi, 'Bearer (token)');

/** The text of anything thrown. Never kept as a `cause`: the clients' errors hold the request, tokens and all. */
export const textOf = (error: unknown): string =>
  redacted(error instanceof Error ? error.message || error.name : String(error)).slice(0, 1_000);
