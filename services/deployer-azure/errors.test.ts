import { describe, expect, it } from 'vitest';
import { Busy, isAbsent, translate } from './errors.ts';

interface Given {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function vendor({ status, code, message = 'said so', name = 'RestError', headers = {} }: Given): Error {
  return Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { statusCode: status }),
    ...(code === undefined ? {} : { code }),
    response: { headers: { get: (header: string) => headers[header] } },
  });
}

// Texts and codes as Azure gives them.
const cases: readonly (readonly [string, Given, string])[] = [
  ['a quota of container groups', { status: 400, code: 'ContainerGroupQuotaReached' }, 'CapacityExhausted'],
  ['a full region for container groups', { status: 409, code: 'ServiceUnavailable' }, 'CapacityExhausted'],
  [
    'a full region for environments',
    { status: 409, code: 'ManagedEnvironmentNoAvailableCapacityInRegion' },
    'CapacityExhausted',
  ],
  ['too many environments', { status: 400, code: 'MaxNumberOfRegionalEnvironmentsInSubExceeded' }, 'CapacityExhausted'],
  ['an outage with the same word', { status: 503, code: 'ServiceUnavailable' }, 'CloudUnreachable'],
  ['an internal error', { status: 500, code: 'InternalServerError' }, 'CloudUnreachable'],
  ['a gateway timeout', { status: 504 }, 'CloudUnreachable'],
  ['a cut connection', { code: 'ECONNRESET', message: 'socket hang up' }, 'CloudUnreachable'],
  ['a refused connection', { code: 'ECONNREFUSED', name: 'Error' }, 'CloudUnreachable'],
  ['a request that took too long', { name: 'AbortError', message: 'The operation was aborted.' }, 'CloudUnreachable'],
  ['an unbindable body, which has no code', { status: 400 }, 'InvalidSpec'],
  ['an impossible size', { status: 400, code: 'ContainerAppInvalidResourceTotal' }, 'InvalidSpec'],
  ['no token', { status: 401, code: 'InvalidAuthenticationToken' }, 'Unauthorized'],
  ['no role', { status: 403, code: 'AuthorizationFailed' }, 'Unauthorized'],
  ['no credential', { name: 'CredentialUnavailableError' }, 'Unauthorized'],
  ['no credential of a chain', { name: 'AggregateAuthenticationError' }, 'Unauthorized'],
  [
    'a silent identity platform',
    { name: 'AggregateAuthenticationError', message: 'CredentialUnavailableError: endpoints_resolution_error: See' },
    'CloudUnreachable',
  ],
  [
    'a broken identity platform',
    { name: 'AuthenticationError', message: 'authentication failed. Status code: 503' },
    'CloudUnreachable',
  ],
  ['a wrong secret', { name: 'AuthenticationError', message: 'invalid_client. Status code: 401' }, 'Unauthorized'],
  ['an unknown subscription', { status: 404, code: 'SubscriptionNotFound' }, 'TargetNotFound'],
  ['an unregistered provider', { status: 409, code: 'MissingSubscriptionRegistration' }, 'TargetNotFound'],
  ['an unknown region', { status: 400, code: 'LocationNotAvailableForResourceType' }, 'TargetNotFound'],
  ['a resource of that name elsewhere', { status: 409, code: 'InvalidResourceLocation' }, 'TargetNotFound'],
  ['a lock against deletion', { status: 409, code: 'ScopeLocked' }, 'Unauthorized'],
  ['a disabled subscription', { status: 409, code: 'ReadOnlyDisabledSubscription' }, 'Unauthorized'],
  ['a policy', { status: 403, code: 'RequestDisallowedByPolicy' }, 'Unauthorized'],
  ['a registry that is busy', { status: 409, code: 'RegistryErrorResponse' }, 'Throttled'],
  ['a running operation of an app', { status: 409, code: 'ContainerAppOperationInProgress' }, 'Throttled'],
  ['a group in transition', { status: 409, code: 'ContainerGroupTransitioning' }, 'Throttled'],
  ['an environment in the making', { status: 409, code: 'ManagedEnvironmentNotReadyForAppCreation' }, 'Throttled'],
  ['throttling', { status: 429, code: 'SubscriptionRequestsThrottled' }, 'Throttled'],
  ['a mistake of our own', { name: 'TypeError' }, 'TypeError'],
  [
    'an operation that had failed at the first look',
    {
      name: 'Error',
      message: 'The long-running operation has failed. ContainerAppOperationError. Maximum Allowed Cores',
    },
    'OperationFailed',
  ],
];

describe('translate', () => {
  it.each(cases)('%s', (_, given, expected) => {
    const error = translate(vendor(given), 'write container app shop');
    expect(error.name).toBe(expected);
    if (expected !== 'TypeError') expect(error.message).toMatch(/^Azure, write container app shop: /);
  });

  it('keeps the time to wait and the ids for the log', () => {
    const headers = { 'retry-after': '17', 'x-ms-request-id': 'r-1' };
    const error = translate(vendor({ status: 429, code: 'SubscriptionRequestsThrottled', headers }), 'read');
    expect(error).toMatchObject({ retryAfterMs: 17_000, vendor: 'SubscriptionRequestsThrottled 429 r-1' });
    expect(error).not.toBeInstanceOf(Busy);
    expect(translate(vendor({ status: 409, code: 'ContainerGroupTransitioning' }), 'write')).toBeInstanceOf(Busy);
  });

  it('never yields a wait that is no number', () => {
    const date = vendor({ status: 429, headers: { 'retry-after': 'Fri, 21 Nov 2026 00:00:00 GMT' } });
    expect(translate(date, 'read')).toMatchObject({ retryAfterMs: 5_000 });
  });
});

describe('isAbsent', () => {
  it('is 404 for the thing or its group, and for nothing else', () => {
    expect(isAbsent(vendor({ status: 404, code: 'ResourceNotFound' }))).toBe(true);
    expect(isAbsent(vendor({ status: 404, code: 'ResourceGroupNotFound' }))).toBe(true);
    expect(isAbsent(vendor({ status: 404, code: 'SubscriptionNotFound' }))).toBe(false);
    expect(isAbsent(vendor({ status: 404, code: 'InvalidResourceNamespace' }))).toBe(false);
    expect(isAbsent(vendor({ status: 500 }))).toBe(false);
    expect(isAbsent('404')).toBe(false);
  });
});
