import { inspect } from 'node:util';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
} from '../../shared/ports/cloud-target.ts';
import { reasonIn } from './failure.ts';

/**
 * The resource is in the middle of another operation, and Azure queues none behind it: the command is owed and tried again. It is
 * a kind of throttling (slow down; the command is fine).
 */
export class Busy extends Throttled {}

/** The request was accepted, and the operation behind it had failed already when the client looked. The resource tells why. */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
}

/** Container operations take tens of seconds: asking sooner only costs calls. */
const busyMs = 2_000;
const throttledMs = 5_000;

interface VendorError {
  readonly name: string;
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
}

const busyCodes =
  /OperationInProgress|ContainerGroupTransitioning|NotReadyForAppCreation|AnotherOperation|OperationPreempted/;
const capacityCodes =
  /Quota(?:Reached|Exceeded)|NoAvailableCapacity|InSubExceeded|SkuNotAvailable|InsufficientCapacity/;
/** 409 all of them, and none goes away by waiting: a lock, a subscription that is disabled. */
const forbiddenCodes =
  /ScopeLocked|ReadOnlyDisabledSubscription|SubscriptionDisabled|DisallowedOperation|RequestDisallowedBy/;
const groundCodes =
  /InvalidResource(?:Group)?Location|(?:Subscription|ResourceGroup|Environment)NotFound|LocationNotAvailable|NoRegisteredProvider|MissingSubscriptionRegistration|InvalidResourceNamespace/;

/**
 * Azure's codes, mapped once. `doing` says what was asked, of what: `create container app shop-web-1a2b3c4d`.
 * Not every refusal has a code: Microsoft.App answers a body it cannot bind with ASP.NET's problem document.
 */
export function translate(error: unknown, doing: string): Error {
  if (!(error instanceof Error)) return new Error(`${doing}: ${inspect(error)}`);
  const vendor = read(error);
  const message = `Azure, ${doing}: ${vendor.message}`;
  const vendorIds = [vendor.code, vendor.status, vendor.requestId].filter(Boolean).join(' ');
  return makers[classify(vendor)]({ error, message, vendor, options: { cause: error, vendor: vendorIds } });
}

interface Made {
  readonly error: Error;
  readonly message: string;
  readonly vendor: VendorError;
  readonly options: ErrorOptions & { readonly vendor: string };
}

type Kind =
  'busy' | 'throttled' | 'capacity' | 'ground' | 'invalid' | 'unauthorized' | 'unreachable' | 'operation' | 'unknown';

const makers: Readonly<Record<Kind, (made: Made) => Error>> = {
  busy: ({ message, vendor, options }) => new Busy(message, vendor.retryAfterMs ?? busyMs, options),
  throttled: ({ message, vendor, options }) => new Throttled(message, vendor.retryAfterMs ?? throttledMs, options),
  capacity: ({ message, options }) => new CapacityExhausted(message, options),
  ground: ({ message, options }) => new TargetNotFound(message, options),
  invalid: ({ message, options }) => new InvalidSpec(message, options),
  unauthorized: ({ message, options }) => new Unauthorized(message, options),
  unreachable: ({ message, options }) => new CloudUnreachable(message, options),
  operation: ({ message, options }) => new OperationFailed(message, options),
  unknown: ({ error }) => error,
};

/** The identity platform did not answer, which says nothing about what we may do: it would be wrong to call a deployment failed. */
const signInSilence = /endpoints_resolution_error|Status code: 5\d\d|temporarily_unavailable/;

function classify(vendor: VendorError): Kind {
  if (/^(?:CredentialUnavailable|Authentication|AuthenticationRequired|AggregateAuthentication)/.test(vendor.name))
    return signInSilence.test(vendor.message) ? 'unreachable' : 'unauthorized';
  if (vendor.message.includes('The long-running operation has failed')) return 'operation';
  if (vendor.status === undefined) return withoutStatus(vendor);
  if (busyCodes.test(vendor.code)) return 'busy';
  if (isCapacity(vendor)) return 'capacity';
  if (groundCodes.test(vendor.code)) return 'ground';
  if (forbiddenCodes.test(vendor.code)) return 'unauthorized';
  return byStatus(vendor.status);
}

/** `ServiceUnavailable` with 409 is Container Instances' word for a full region; with 503 it is an outage. */
function isCapacity({ status = 0, code, message }: VendorError): boolean {
  if (status >= 500 || status === 429) return false;
  return (
    capacityCodes.test(code) ||
    (status === 409 && code === 'ServiceUnavailable') ||
    reasonIn(message) === 'CapacityExhausted'
  );
}

function byStatus(status: number): Kind {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 408 || status >= 500) return 'unreachable';
  if (status === 409) return 'busy';
  if (status === 404) return 'ground';
  return status >= 400 ? 'invalid' : 'unknown';
}

/** No answer: a socket, a name or a certificate. A mistake of our own has neither a code nor the SDK's name. */
function withoutStatus({ name, code }: VendorError): Kind {
  return name === 'RestError' || name === 'AbortError' || /^E[A-Z_]+$/.test(code) ? 'unreachable' : 'unknown';
}

/** 404 for the thing itself or the group it would be in: nothing of ours stands there. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { status, code } = read(error);
  return status === 404 && /^(?:ResourceNotFound|ResourceGroupNotFound|NotFound|RevisionNotFound)?$/.test(code);
}

function read(error: Error): VendorError {
  const fields = error as Error & {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly response?: { readonly headers?: { get(name: string): string | undefined } };
  };
  const headers = fields.response?.headers;
  return {
    name: error.name,
    status: typeof fields.statusCode === 'number' ? fields.statusCode : undefined,
    code: typeof fields.code === 'string' ? fields.code : '',
    message: firstLines(error.message),
    retryAfterMs: retryAfter(headers?.get('retry-after')),
    requestId: headers?.get('x-ms-request-id'),
  };
}

/** Seconds; the date form is not used by Azure Resource Manager. */
export function retryAfter(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** The SDK appends whole problem documents; a person needs the beginning. */
const firstLines = (message: string): string => message.slice(0, 600);
