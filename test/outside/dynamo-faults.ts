import type { Timer } from '../../shared/adapters/memory/index.ts';
import type { Course, Passing } from './wire.ts';

/** DynamoDB's answer to a transaction that it cancelled, with one code for each item. */
export const cancelled = (...codes: string[]): Course => ({
  kind: 'answer',
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  },
});

/** Any other error of DynamoDB's, by its name on the wire. */
export const refused = (type: string, status = 400): Course => ({
  kind: 'answer',
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'slow down' },
});

/** How often an action was asked for so far, this time included. */
export const nth = (asked: readonly Passing[], action: string) => asked.filter((each) => each.action === action).length;

/** Backoff is waited for in no time; how long it was to be is kept. */
export const hasty = (delays: number[] = []): Timer => ({
  set: (callback, delayMs) => {
    delays.push(delayMs);
    setImmediate(callback);
    return () => undefined;
  },
});
