import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Throttled, type InvalidSpec } from '../../shared/ports/cloud-target.ts';
import { asPortError } from './errors.ts';

const quotaText =
  "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region' of service 'run.googleapis.com'.";
const instancesText =
  'Max instances must be set to 100 or fewer in order to set the requested total number of instances.';
const regionText = "Permission denied on 'locations/mars-1' (or it may not exist).";

/** Name of the port's error, canonical number, HTTP status, canonical name, Google's words. */
const cases: readonly (readonly [string, number, number, string, string])[] = [
  ['InvalidSpec', 3, 400, 'INVALID_ARGUMENT', 'template.containers[0].image: Expected an image path like [host/]…'],
  ['InvalidSpec', 9, 400, 'FAILED_PRECONDITION', 'Billing is not enabled.'],
  ['InvalidSpec', 12, 501, 'UNIMPLEMENTED', 'Worker pools are not available here.'],
  ['Conflict', 9, 400, 'FAILED_PRECONDITION', "Resource 'web' is in the process of being deleted."],
  ['Conflict', 6, 409, 'ALREADY_EXISTS', "Resource 'web' already exists."],
  ['Conflict', 10, 409, 'ABORTED', "Conflict for resource 'web'."],
  ['Absent', 5, 404, 'NOT_FOUND', "Resource 'web' was not found"],
  ['TargetNotFound', 7, 403, 'PERMISSION_DENIED', regionText],
  ['Unauthorized', 7, 403, 'PERMISSION_DENIED', "Permission 'run.services.create' denied on resource."],
  ['Unauthorized', 16, 401, 'UNAUTHENTICATED', 'Request is missing required authentication credential.'],
  ['Throttled', 8, 429, 'RESOURCE_EXHAUSTED', quotaText],
  ['CapacityExhausted', 8, 429, 'RESOURCE_EXHAUSTED', instancesText],
  ['CloudUnreachable', 14, 503, 'UNAVAILABLE', 'The service is currently unavailable.'],
  ['CloudUnreachable', 13, 500, 'INTERNAL', 'Internal error.'],
  ['CloudUnreachable', 4, 504, 'DEADLINE_EXCEEDED', 'Deadline exceeded.'],
];

const overGrpc = (code: number, text: string, extra: object = {}): Error =>
  Object.assign(new Error(`${code} STATUS: ${text}`), { code, details: text, ...extra });

const overRest = (http: number, status: string, text: string, details: readonly object[] = []): Error =>
  Object.assign(new Error(JSON.stringify({ error: { code: http, status, message: text, details } })), { code: http });

const doing = 'create service shop-web in europe-west1';

describe('errors of both transports', () => {
  it.each(cases)('%s: %i, %i %s', (...[name, number, http, status, text]) => {
    for (const thrown of [overGrpc(number, text), overRest(http, status, text)]) {
      const error = asPortError(thrown, doing);
      expect(error.name).toBe(name);
      expect(error.message).toContain(`Cloud Run could not ${doing}: ${text}`);
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('{"error"');
    }
  });

  it('say how long to wait', () => {
    const overRestThrottled = overRest(429, 'RESOURCE_EXHAUSTED', 'Slow down.', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
    ]);
    const statusDetails = [{ reason: 'RATE_LIMIT_EXCEEDED' }, { retryDelay: { seconds: '1', nanos: 500_000_000 } }];
    for (const thrown of [overRestThrottled, overGrpc(8, 'Slow down.', { statusDetails })]) {
      const error = asPortError(thrown, doing);
      expect(error).toBeInstanceOf(Throttled);
      expect(error).toMatchObject({ retryAfterMs: 1500, vendor: 'RESOURCE_EXHAUSTED/RATE_LIMIT_EXCEEDED' });
    }
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('getaddrinfo ENOTFOUND run.googleapis.com'), { code: 'ENOTFOUND' }),
    new Error('socket hang up'),
    Object.assign(new Error('<!DOCTYPE html><title>502</title>'), { code: 502 }),
  ])('silence is CloudUnreachable: $message', (thrown) => {
    const error = asPortError(thrown, doing);
    expect(error.name).toBe('CloudUnreachable');
    expect(error.message).not.toContain('<');
  });

  it('tell what to do about an image from elsewhere', () => {
    const thrown = overGrpc(3, 'Expected an image path like [host/]repo-path but obtained ghcr.io/a/b:1.');
    expect((asPortError(thrown, doing) as InvalidSpec).message).toMatch(
      /copy the image to Artifact Registry.*remoteRepositories/,
    );
  });

  it('missing credentials are Unauthorized', () => {
    const thrown = new Error('Could not load the default credentials. Browse to https://cloud.google.com/docs');
    expect(asPortError(thrown, doing).name).toBe('Unauthorized');
  });

  it('a token that could not be had because nobody answered is silence, one that was refused is not', () => {
    const text = 'Could not refresh access token: request to https://oauth2.googleapis.com/token failed';
    const silent = Object.assign(new Error(text), { code: 'EAI_AGAIN' });
    expect(asPortError(silent, doing).name).toBe('CloudUnreachable');
    expect(asPortError(new Error(`${text}, invalid_grant`), doing).name).toBe('Unauthorized');
  });

  it.each(['SERVICE_DISABLED', 'BILLING_DISABLED', 'CONSUMER_INVALID'])('%s is ground that is missing', (reason) => {
    const text = 'Cloud Run Admin API has not been used in project 1 before or it is disabled.';
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }];
    expect(asPortError(overRest(403, 'PERMISSION_DENIED', text, details), doing).name).toBe('TargetNotFound');
    expect(asPortError(overGrpc(7, text, { statusDetails: details }), doing).name).toBe('TargetNotFound');
  });

  it('a mistake of ours stays what it is', () => {
    const mistake = new TypeError('undefined is not a function');
    expect(asPortError(mistake, doing)).toBe(mistake);
  });

  it('nothing that is thrown makes the map itself fail', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), fc.anything(), (value, message, code) => {
        expect(asPortError(value, doing)).toBeInstanceOf(Error);
        const odd = Object.assign(new Error(message), { code, statusDetails: value, details: value });
        expect(asPortError(odd, doing)).toBeInstanceOf(Error);
        const body = Object.assign(new Error(JSON.stringify({ error: value ?? {} })), { code });
        expect(asPortError(body, doing)).toBeInstanceOf(Error);
      }),
    );
  });
});
