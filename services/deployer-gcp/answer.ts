import { InvalidEvent } from '../../shared/contracts/envelope.ts';
import { CloudUnreachable, Throttled } from '../../shared/ports/cloud-target.ts';

/** RFC 9457, and the headers beside it. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the relay learns: 2xx was handled, 4xx will never be (dead-letter it), 401, 403, 429 and 5xx are still owed (try again). */
export function answerFor(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  const { status } = error as { readonly status?: unknown };
  if (status === 401 || status === 403) return refusal(status);
  if (error instanceof InvalidEvent) return problem(400, 'Not a valid event', detail);
  if (error instanceof Throttled) {
    const seconds = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
    return problem(429, 'Google Cloud asks to slow down', detail, { 'retry-after': seconds });
  }
  if (error instanceof CloudUnreachable) return problem(503, 'Google Cloud does not answer', detail);
  return problem(500, 'The command was not handled', detail);
}

/** Without the reason: it would tell a stranger what to try next. The log has it. */
function refusal(status: 401 | 403): Problem {
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return problem(status, 'Not admitted', 'only the relay of the hub may call this function', challenge);
}

function problem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  };
}
