/** A key that the table cannot hold, or a prefix that would have to read more than one partition. A defect of the caller. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';
  readonly terminal = true;
  readonly key: string;
  constructor(key: string, problem: string) {
    super(`key ${JSON.stringify(key.slice(0, 200))} ${problem}`);
    this.key = key;
  }
}

/**
 * The table did not take the request for now: throttled, in conflict with other transactions again and again, or out of reach.
 * Nothing is known to have been changed; trying the event again is safe, because its processed mark tells what was.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** DynamoDB calls the request invalid: the same one will never be taken. */
export class TransactionInvalid extends Error {
  override readonly name = 'TransactionInvalid';
  readonly terminal = true;
}

/** What the SDK throws when waiting helps, by name; anything else with a status of 5xx, or without an answer at all, does too. */
const transientNames = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'RequestTimeout',
]);

/** Whether the SDK, having tried again by itself, gave up on something that passes. */
export function isTransient(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  if (transientNames.has(error.name) || ($metadata?.httpStatusCode ?? 0) >= 500) return true;
  // Node's own network errors: there is no answer that could have a status.
  return typeof code === 'string' && $metadata?.httpStatusCode === undefined && /^(?:E[A-Z]+|EAI_AGAIN)$/.test(code);
}

/** Runs a request. @throws StoreUnavailable for what passes; anything else as the SDK threw it. */
export async function reaching<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isTransient(error)) throw error;
    throw new StoreUnavailable(`${what}: the table is not available (${error.name}: ${error.message}); try again`, {
      cause: error,
    });
  }
}
