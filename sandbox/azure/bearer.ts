import { isObject } from './http.ts';
import { ArmError } from './errors.ts';

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** An access token as Entra ID shapes it, but unsigned: the sandbox trusts whoever can reach its loopback port. */
export function issueToken(claims: {
  readonly tenant: string;
  readonly client: string;
  readonly audience: string;
  readonly now: number;
  readonly issuer: string;
}): { readonly token: string; readonly expiresOn: number; readonly notBefore: number } {
  const notBefore = seconds(claims.now);
  const expiresOn = notBefore + tokenLifetimeSeconds;
  const payload = {
    aud: claims.audience,
    iss: claims.issuer,
    iat: notBefore,
    nbf: notBefore,
    exp: expiresOn,
    appid: claims.client,
    oid: claims.client,
    sub: claims.client,
    tid: claims.tenant,
    idtyp: 'app',
    ver: '1.0',
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { token: `${part({ typ: 'JWT', alg: 'none' })}.${part(payload)}.`, expiresOn, notBefore };
}

export const tokenLifetimeSeconds = 86_399;

/** Who calls (`oid`, else `appid`), or the 401 of Azure Resource Manager with its challenge. */
export function authenticate(
  header: string | string[] | undefined,
  place: { readonly authority: string; readonly now: number },
): string {
  const refuse = (code: string, message: string, error: string): ArmError =>
    new ArmError(
      401,
      { code, message },
      {
        'www-authenticate': `Bearer authorization_uri="${place.authority}", error="${error}", error_description="${message}"`,
      },
    );
  const match = typeof header === 'string' ? /^Bearer +(\S+)$/i.exec(header) : null;
  if (!match)
    throw refuse(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing or invalid.",
      'invalid_token',
    );
  const claims = decodeClaims(match[1] ?? '');
  if (!claims) throw refuse('InvalidAuthenticationToken', 'The access token is invalid.', 'invalid_token');
  requireFresh(claims, place.now, refuse);
  return String(claims['oid'] ?? claims['appid'] ?? 'unknown');
}

function requireFresh(
  claims: Record<string, unknown>,
  now: number,
  refuse: (code: string, message: string, error: string) => ArmError,
): void {
  const expiry = claims['exp'];
  if (typeof expiry !== 'number' || expiry * 1000 > now) return;
  throw refuse(
    'ExpiredAuthenticationToken',
    `The access token expiry UTC time '${new Date(expiry * 1000).toISOString()}' is earlier than ` +
      `current UTC time '${new Date(now).toISOString()}'.`,
    'invalid_token',
  );
}

function decodeClaims(token: string): Record<string, unknown> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
