import { describe, expect, it } from 'vitest';
import { judge, type Answer } from './answer.ts';

const asked = { cloud: 'azure', url: 'https://far.example/api/events', trust: 'the app registration' };
const now = Date.parse('2026-11-21T08:00:00Z');
const answer = (status: number, more: Partial<Answer> = {}): Answer => ({
  status,
  retryAfter: null,
  detail: '',
  ...more,
});
const judged = (status: number, more?: Partial<Answer>) => judge(answer(status, more), asked, now);

describe('an answer of the far function', () => {
  it.each([200, 202, 204])('%i is handled', (status) => {
    expect(judged(status)).toBeUndefined();
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('%i is still owed', (status) => {
    const error = judged(status);
    expect(error).toMatchObject({ name: 'FunctionUnavailable', retryAfterMs: undefined });
    expect(error).not.toHaveProperty('terminal');
  });

  it.each([400, 404, 405, 409, 410, 413, 415, 422])('%i will never be taken', (status) => {
    expect(judged(status)).toMatchObject({ name: 'CommandRefused', terminal: true });
  });

  it.each([401, 403])('%i is tried again, and says which trust to look at', (status) => {
    const error = judged(status);
    expect(error).toMatchObject({
      name: 'CallRefused',
      message: `the azure deployer at https://far.example/api/events answered ${status}: check the app registration`,
    });
    expect(error).not.toHaveProperty('terminal');
  });

  it.each([301, 302, 307])('%i is a guard that shows a sign-in page', (status) => {
    expect(judged(status)).toMatchObject({
      name: 'FunctionUnavailable',
      message: expect.stringContaining('must answer 401') as string,
    });
  });

  it.each([
    ['13', 13_000],
    ['Sat, 21 Nov 2026 08:01:00 GMT', 60_000],
    ['86400', 900_000],
    ['Sat, 21 Nov 2026 07:00:00 GMT', undefined],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
  ])('Retry-After %j is %s ms', (retryAfter, retryAfterMs) => {
    expect(judged(429, { retryAfter })).toMatchObject({ retryAfterMs });
  });

  it.each([
    ['{"title":"Not a valid event","detail":"no id"}', 'answered 400 (Not a valid event: no id)'],
    ['{"error":"x"}', 'answered 400 ({"error":"x"})'],
    ['<html>\n  Bad\n</html>', 'answered 400 (<html> Bad </html>)'],
    ['null', 'answered 400 (null)'],
  ])('its words %j stand in the error', (detail, text) => {
    expect(judged(400, { detail })?.message).toContain(text);
  });
});
