/** Why AWS did not take something, and what that means to whoever sent it. */
export interface Refusal {
  /** `again`: the same bytes may pass in a moment. `later`: once somebody repairs something. `never`: not these bytes. */
  readonly outlook: 'again' | 'later' | 'never';
  readonly code: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** Codes that say the entry itself is at fault. Source: EventBridge PutEvents and SQS SendMessageBatch, "Errors". */
const never = new Set([
  'InvalidArgument',
  'MalformedDetail',
  'NotAuthorizedForSource',
  'NotAuthorizedForSourceException',
  'NotAuthorizedForDetailTypeException',
  'ValidationException',
  'ValidationError',
  'InvalidMessageContents',
  'AWS.SimpleQueueService.InvalidMessageContents',
  'InvalidParameterValue',
]);
const again = /Throttl|TooManyRequests|RequestLimitExceeded|Internal|ServiceUnavailable|Timeout|SlowDown|OverLimit/;

/** One entry that came back refused inside a 200. An unknown code is tried again: giving up an event takes a reason. */
export function refusedEntry(code = 'Unknown', message = 'no reason was given'): Refusal {
  if (never.has(code)) return { outlook: 'never', code, message };
  return { outlook: code.startsWith('AccessDenied') ? 'later' : 'again', code, message };
}

interface ServiceError {
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** A call that failed as a whole. What the service did not answer at all (a broken connection) is worth another try. */
export function refusedCall(cause: unknown): Refusal {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  const { $fault, $metadata } = (typeof cause === 'object' && cause !== null ? cause : {}) as ServiceError;
  const known = { code: name, message, cause };
  if (never.has(name)) return { outlook: 'never', ...known };
  if ($fault !== 'client' || $metadata?.httpStatusCode === 429 || again.test(name))
    return { outlook: 'again', ...known };
  return { outlook: 'later', ...known };
}
