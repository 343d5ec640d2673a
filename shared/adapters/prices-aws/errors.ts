import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';

const throttled = /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|SlowDown)/;
const denied =
  /^(AccessDenied|Unauthorized|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|MissingAuthentication|CredentialsProvider|TokenProvider|NotAuthorized)/;

/** The decision a caller must take, from whatever the SDK threw. */
export function asPortError(error: unknown, doing: string): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const text = `AWS could not ${doing}: ${name}: ${message}`;
  if (throttled.test(name) || status === 429) return new Throttled(text, 5_000, { vendor: name });
  if (denied.test(name) || status === 401 || status === 403) {
    return new Unauthorized(
      `${text}: cost.prices.sources.aws needs credentials in the environment that may pricing:GetProducts`,
      { vendor: name },
    );
  }
  return new CloudUnreachable(text, { vendor: name });
}
