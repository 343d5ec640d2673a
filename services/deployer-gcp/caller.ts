import { setTimeout as wait } from 'node:timers/promises';
import { CloudUnreachable } from '../../shared/ports/cloud-target.ts';
import { asPortError } from './errors.ts';

/** What a method of a Google client gives: the result first, and a way to give the call up. */
type Started<T> = Promise<readonly [T, ...unknown[]]> & { cancel?: () => void };

/** Runs a call and gives its result, or throws an error of the port. `doing` reads like `create europe-west1/services/shop-web`. */
export type Caller = <T>(doing: string, start: () => Started<T>) => Promise<T>;

const mostAttempts = 2;

class Deadline extends Error {
  override readonly name = 'Deadline';
  /** DEADLINE_EXCEEDED, as Google numbers it. */
  readonly code = 4;
}

/**
 * Bounds every call, which the client library does only over gRPC, and tries a call that found nobody once more. All our calls can
 * be repeated: changes carry an etag, and what is created has a name of its own. Anything beyond that is the queue's to repeat.
 */
export function createCaller(limits: { readonly requestTimeoutMs: number; readonly retryDelayMs: number }): Caller {
  return async (doing, start) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const [result] = await bounded(start(), limits.requestTimeoutMs);
        return result;
      } catch (error) {
        const told = asPortError(error, doing);
        // Who has used up all the time once would use it up again.
        const again = told instanceof CloudUnreachable && !(error instanceof Deadline);
        if (!again || attempt === mostAttempts) throw told;
        await wait(limits.retryDelayMs);
      }
    }
  };
}

async function bounded<T>(started: Started<T>, timeoutMs: number): Promise<readonly [T, ...unknown[]]> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Deadline(`no answer within ${timeoutMs} ms`));
      started.cancel?.();
    }, timeoutMs);
  });
  try {
    return await Promise.race([started, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
