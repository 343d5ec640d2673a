import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';

/** Over REST the client library throws with the HTTP status, or the canonical code, and Google's words in the message. */
export function asPortError(error: unknown, doing: string): Error {
  if (error instanceof Unauthorized) return error;
  const { message, code, status } = error as { message?: string; code?: unknown; status?: unknown };
  const text = `Google Cloud could not ${doing}: ${(message ?? String(error)).slice(0, 500)}`;
  const codes = [code, status].map(Number);
  const is = (...wanted: readonly number[]): boolean => codes.some((each) => wanted.includes(each));
  if (is(429, 8)) return new Throttled(text, 60_000);
  // Without a key, or with one nobody knows, Google answers 400 (API_KEY_INVALID) or 403.
  if (is(401, 403, 7, 16) || /API[ _]key/i.test(text)) {
    return new Unauthorized(`${text}: check cost.prices.sources.gcp.apiKey, a key that may use the Cloud Billing API`);
  }
  return new CloudUnreachable(text);
}
