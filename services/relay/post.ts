import { CloudEvent, HTTP } from 'cloudevents';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { isRefusal, judge, type Answer } from './answer.ts';
import { FunctionUnavailable } from './errors.ts';

/** Where tokens come from; one that was refused is given back. */
export interface Tokens {
  get(): Promise<string>;
  forget(token: string): void;
}

/** The way to the deployer of one cloud. */
export interface Wire {
  readonly cloud: string;
  readonly url: string;
  readonly tokens: Tokens;
  /** Headers that carry the token. */
  readonly headers: (token: string) => Readonly<Record<string, string>>;
  /** What to look at when the token is refused. */
  readonly trust: string;
}

export interface PostOptions {
  readonly clock: Clock;
  /** For one request and its answer, default 25,000. */
  readonly timeoutMs?: number;
}

const longestDetail = 4_096;

/**
 * Posts one command as a structured CloudEvent. A token that is refused is forgotten, and the command sent once more with another.
 * @throws FunctionUnavailable, CallRefused, CommandRefused; whatever the token source throws.
 */
export async function post(event: Envelope, wire: Wire, { clock, timeoutMs = 25_000 }: PostOptions): Promise<void> {
  const { headers, body } = HTTP.structured(new CloudEvent<unknown>({ ...event }));
  const content = { headers: headers as Record<string, string>, body: body as string };
  const token = await wire.tokens.get();
  let answer = await send(wire, token, { ...content, timeoutMs });
  if (isRefusal(answer)) {
    wire.tokens.forget(token);
    const fresh = await wire.tokens.get();
    if (fresh !== token) answer = await send(wire, fresh, { ...content, timeoutMs });
  }
  const error = judge(answer, wire, clock.now());
  if (error !== undefined) throw error;
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

async function send(wire: Wire, token: string, { headers, body, timeoutMs }: Content): Promise<Answer> {
  try {
    const answer = await fetch(wire.url, {
      method: 'POST',
      headers: { ...headers, ...wire.headers(token) },
      body,
      // Followed, a redirect would carry the token to whoever it names.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const detail = answer.ok ? '' : await beginningOf(answer.body);
    if (answer.ok) await answer.body?.cancel();
    const retryAfter = answer.headers.get('retry-after');
    return { status: answer.status, retryAfter, detail: detail.replaceAll(token, '(token)') };
  } catch (error) {
    const { cause, message } = error as { readonly cause?: unknown; readonly message: string };
    const why = cause instanceof Error ? cause.message : message;
    throw new FunctionUnavailable(`no answer from the ${wire.cloud} deployer at ${wire.url}: ${why}`);
  }
}

async function beginningOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  // Leaving the loop cancels the stream: an endless answer costs no memory.
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= longestDetail) break;
  }
  return text.slice(0, longestDetail);
}
