import { describe, expect, it } from 'vitest';
import { redacted, TokenUnavailable } from './errors.ts';
import { createTokenCache } from './token-cache.ts';
import { claimsOf, jwtToken, type Token } from './token.ts';

const minute = 60_000;

function given(lifetimeMs = 60 * minute) {
  const state = { now: 1_000_000, fetched: 0, lifetimeMs, away: false };
  const fetch = (): Promise<Token> => {
    state.fetched += 1;
    if (state.away) return Promise.reject(new TokenUnavailable('away'));
    return Promise.resolve({ value: `token-${state.fetched}`, lifetimeMs: state.lifetimeMs });
  };
  return { state, source: createTokenCache({ fetch, clock: { now: () => state.now } }) };
}

describe('a token', () => {
  it('is kept until five minutes before it expires', async () => {
    const { state, source } = given();
    expect(await source.get()).toBe('token-1');
    state.now += 55 * minute - 1;
    expect(await source.get()).toBe('token-1');
    state.now += 1;
    expect(await source.get()).toBe('token-2');
  });

  it('that lives shortly is kept for half of its life', async () => {
    const { state, source } = given(2 * minute);
    await source.get();
    state.now += minute - 1;
    expect(await source.get()).toBe('token-1');
    state.now += 1;
    expect(await source.get()).toBe('token-2');
  });

  it('counts from when it was asked for, not from when it came', async () => {
    const state = { now: 0, fetched: 0 };
    const fetch = () => {
      state.fetched += 1;
      state.now += 10 * minute;
      return Promise.resolve({ value: `token-${state.fetched}`, lifetimeMs: 60 * minute });
    };
    const source = createTokenCache({ fetch, clock: { now: () => state.now } });
    await source.get();
    state.now = 55 * minute;
    expect(await source.get()).toBe('token-2');
  });

  it('serves on while the token service is away, until its last minute', async () => {
    const { state, source } = given();
    await source.get();
    state.away = true;
    state.now += 56 * minute;
    expect(await source.get()).toBe('token-1');
    expect(await source.get()).toBe('token-1');
    expect(state.fetched).toBe(2);
    state.now += 30_000;
    expect(await source.get()).toBe('token-1');
    expect(state.fetched).toBe(3);
    state.now += 3 * minute;
    await expect(source.get()).rejects.toThrow('away');
    state.away = false;
    expect(await source.get()).toBe('token-5');
  });

  it('is fetched by one for all, and a failure is not kept', async () => {
    const { state, source } = given();
    state.away = true;
    const crowd = await Promise.allSettled([source.get(), source.get(), source.get()]);
    expect(crowd.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(state.fetched).toBe(1);
    state.away = false;
    expect(await Promise.all([source.get(), source.get()])).toEqual(['token-2', 'token-2']);
  });

  it('refused is forgotten, but not what has been fetched since', async () => {
    const { source } = given();
    const first = await source.get();
    source.forget(first);
    expect(await source.get()).toBe('token-2');
    source.forget(first);
    expect(await source.get()).toBe('token-2');
  });

  it.each([0, -1, Number.NaN])('valid for %d ms is none', async (lifetimeMs) => {
    await expect(given(lifetimeMs).source.get()).rejects.toThrow(TokenUnavailable);
  });
});

describe('what is issued', () => {
  const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

  it('lives as long as it says, whatever the issuer’s clock shows', () => {
    expect(jwtToken(jwt({ iat: 5, exp: 65 }))).toMatchObject({ lifetimeMs: 60_000 });
  });

  it.each(['', 'opaque', 'a.b.c', jwt('text'), jwt(null)])('%j is no token of ours', (text) => {
    expect(() => claimsOf(text)).toThrow(TokenUnavailable);
  });

  it('must say since when and until when', () => {
    expect(() => jwtToken(jwt({ exp: 65 }))).toThrow(TokenUnavailable);
  });

  it('never stands in a message', () => {
    expect(redacted(`assertion 'eyJhbGciOi.eyJzdWIi.c2ln' refused`)).toBe("assertion '(token)' refused");
    expect(redacted('sent authorization: Bearer abc.def today')).toBe('sent authorization: Bearer (token) today');
  });
});
