import { BusUnavailable, type RetryPolicy } from '../../ports/event-bus.ts';
import { verdict } from '../memory/backoff.ts';
import type { Timer } from '../memory/timer.ts';
import { EventRefused } from './event-refused.ts';
import { refusedCall, type Refusal } from './refusal.ts';

export interface Patience {
  readonly retry: RetryPolicy;
  readonly timer: Timer;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

/** On top of what the SDK retries by itself; some seconds in all, because a function pays for waiting. */
export const publishRetry: RetryPolicy = { maximumAttempts: 6, initialMs: 100, maximumMs: 2_000 };

interface Call<T> {
  /** Where to, for messages. */
  readonly to: string;
  /** One answer for each item, in order: undefined when it was taken. May throw: then it holds for all of them. */
  send(items: readonly T[]): Promise<readonly (Refusal | undefined)[]>;
}

/**
 * Sends items, and those that were refused again, in order and with jitter: a request can succeed for some entries only, and the
 * others come back inside a 200.
 * @returns one answer for each item, in order: undefined when it was taken, EventRefused when it never will be, BusUnavailable else.
 */
export async function sendAll<T>(
  items: readonly T[],
  call: Call<T>,
  { retry, timer, random }: Patience,
): Promise<readonly (Error | undefined)[]> {
  const answers = new Array<Error | undefined>(items.length);
  let left = items.map((item, position) => ({ item, position }));
  for (let attempt = 1; left.length > 0; attempt++) {
    const refusals = await ask(
      call,
      left.map(({ item }) => item),
    );
    for (const [index, { position }] of left.entries()) answers[position] = errorOf(refusals[index], call.to);
    left = left.filter((_, index) => refusals[index]?.outlook === 'again');
    const decided = verdict(undefined, attempt, { policy: retry, random });
    if (left.length === 0 || decided.kind === 'dead') break;
    await pause(timer, decided.afterMs);
  }
  return answers;
}

export function pause(timer: Timer, ms: number): Promise<void> {
  return new Promise((resolve) => void timer.set(resolve, ms));
}

async function ask<T>(call: Call<T>, items: readonly T[]): Promise<readonly (Refusal | undefined)[]> {
  try {
    return await call.send(items);
  } catch (error) {
    const refusal = refusedCall(error);
    // A request is refused whole for one bad entry: alone, the others pass.
    if (refusal.outlook !== 'never' || items.length === 1) return items.map(() => refusal);
    const single: (Refusal | undefined)[] = [];
    for (const item of items) single.push(...(await ask(call, [item])));
    return single;
  }
}

function errorOf(refusal: Refusal | undefined, to: string): Error | undefined {
  if (refusal === undefined) return undefined;
  if (refusal.outlook === 'never') return new EventRefused(`an event for ${to}`, refusal);
  const { code, message, cause } = refusal;
  return new BusUnavailable(`${to} did not take an event: ${code}: ${message}`, { cause });
}
