import type { Context, Hono } from 'hono';
import { problemResponse } from '../problem.ts';
import { readBounded } from './fetch-text.ts';
import type { Answer, HookRequest, Hooks } from './index.ts';
import { HookRefused, mostBytes } from './refused.ts';

/** Loaded when somebody sends or asks: seven dialects are no part of a function's start. */
export type LazyHooks = () => Promise<Hooks>;

/** Where senders post: each hook knows its own, so this stands in front of the API's guard. */
export function openRoutes(app: Hono, hooks: LazyHooks): void {
  app.post('/v1/hooks/:hook', async (c) => {
    try {
      return answer(await (await hooks()).receive(requestOf(c)));
    } catch (error) {
      if (!(error instanceof HookRefused)) throw error;
      const { challenge, problem } = error;
      return problemResponse(problem, challenge === undefined ? {} : { 'www-authenticate': challenge });
    }
  });
}

/** What people ask: which hooks there are and how they do, and what would become of a sample. Behind the guard. */
export function guardedRoutes(app: Hono, hooks: LazyHooks): void {
  app.get('/v1/hooks', async (c) => c.json({ hooks: (await hooks()).list() }));
  app.post('/v1/hooks/:hook/test', async (c) => answer(await (await hooks()).test(requestOf(c))));
}

function requestOf(c: Context): HookRequest {
  return {
    hook: c.req.param('hook') ?? '',
    headers: Object.fromEntries(c.req.raw.headers),
    query: c.req.query(),
    runtime: c.env,
    read: async () => {
      // Said beforehand, it need not be read to be known.
      if (Number(c.req.header('content-length') ?? 0) > mostBytes) return undefined;
      return readBounded(c.req.raw.body, mostBytes);
    },
  };
}

function answer(given: Answer): Response {
  const retry = 'retryAfterSeconds' in given ? { 'retry-after': String(given.retryAfterSeconds) } : {};
  return new Response(JSON.stringify(given.body), {
    status: given.status,
    headers: { 'content-type': 'application/json', ...retry },
  });
}
