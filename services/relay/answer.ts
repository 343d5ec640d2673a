import { CallRefused, CommandRefused, FunctionUnavailable } from './errors.ts';

/** What came back, as far as a decision needs it. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Beginning of the body. */
  readonly detail: string;
}

export interface Asked {
  readonly cloud: string;
  readonly url: string;
  /** What to look at when the token is refused. */
  readonly trust: string;
}

export const isRefusal = ({ status }: Answer): boolean => status === 401 || status === 403;

/** Longest that a far side may keep a command waiting; its queue has a backoff of its own. */
const longestMs = 15 * 60_000;

/**
 * 2xx alone is handled. What may pass by itself is tried again, what will not is refused for good.
 * @param now Milliseconds since the epoch, for a Retry-After that is a date.
 */
export function judge(answer: Answer, { cloud, url, trust }: Asked, now: number): Error | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = `the ${cloud} deployer at ${url} answered ${status}${wordsOf(answer)}`;
  if (isRefusal(answer)) return new CallRefused(`${said}: check ${trust}`);
  if (status < 400)
    return new FunctionUnavailable(`${said}, a redirect: its guard must answer 401, not show a sign-in page`);
  if (status >= 500 || [408, 425, 429].includes(status)) {
    return new FunctionUnavailable(said, retryAfterMs(answer.retryAfter, now));
  }
  return new CommandRefused(said);
}

const wordsOf = ({ detail }: Answer): string => (detail === '' ? '' : ` (${detailIn(detail)})`);

/** Title and detail of a problem (RFC 9457), or the text as it is. */
function detailIn(text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as { readonly title?: unknown; readonly detail?: unknown };
    const words = [title, detail].filter((part) => typeof part === 'string' && part !== '');
    if (words.length > 0) return words.join(': ');
  } catch {
    // Some other page: its beginning is better than nothing.
  }
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}

function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return asked > 0 ? Math.min(asked, longestMs) : undefined;
}
