import { TokenUnavailable } from './errors.ts';

/**
 * A bound on what a client library does in all, its retries included: each has bounds of its own kind, or none.
 * @throws TokenUnavailable
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TokenUnavailable(`${what} took longer than ${ms} ms`)), ms);
  });
  // Whoever loses the race has nobody left to tell.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
