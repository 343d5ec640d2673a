import type { HttpResponseInit } from '@azure/functions';
import { InvalidEvent } from '../../shared/contracts/envelope.ts';
import { CloudUnreachable, Throttled } from '../../shared/ports/cloud-target.ts';

/** What the relay learns: 2xx was handled, 4xx will never be (dead-letter it), 429 and 5xx are still owed (try again). */
export function answerFor(error: unknown): HttpResponseInit {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof InvalidEvent) return problem(400, 'Not a valid event', detail);
  if (error instanceof Throttled) {
    const seconds = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
    return problem(429, 'Azure asks to slow down', detail, { 'retry-after': seconds });
  }
  if (error instanceof CloudUnreachable) return problem(503, 'Azure does not answer', detail);
  return problem(500, 'The command was not handled', detail);
}

/** RFC 9457. */
export function problem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  };
}

/** A caller in the same process gets the answer back as the error that a queue understands. */
export class NotHandled extends Error {
  override readonly name = 'NotHandled';
  /** It would be refused again: no use in trying. */
  readonly terminal: boolean;
  readonly retryAfterMs: number | undefined;

  constructor({ status = 200, headers, body }: HttpResponseInit) {
    super(`deployer-azure answered ${status}: ${typeof body === 'string' ? body : ''}`);
    this.terminal = status < 500 && status !== 429;
    const seconds = new Headers(headers).get('retry-after');
    this.retryAfterMs = seconds === null ? undefined : Number(seconds) * 1000;
  }
}
