import type { Context } from 'hono';
import { problemResponse } from './problem.ts';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** 405 with what is allowed where the path exists for another method, else 404. */
export function notFound(c: Context, routes: readonly Route[]): Response {
  const { method, path } = c.req;
  const allowed = [...new Set(routes.filter((route) => isAt(route, path)).map((route) => route.method))].sort();
  if (allowed.length === 0) {
    const detail = `there is no ${method} ${path}`;
    return problemResponse({ type: 'about:blank', title: 'Not Found', status: 404, detail });
  }
  const detail = `${path} takes ${allowed.join(', ')}, not ${method}`;
  return problemResponse(
    { type: 'about:blank', title: 'Method Not Allowed', status: 405, detail },
    { allow: allowed.join(', ') },
  );
}

/** Middleware is in the list too, with the method ALL. */
function isAt(route: Route, path: string): boolean {
  if (route.method === 'ALL') return false;
  const wanted = route.path.split('/');
  const parts = path.split('/');
  return wanted.length === parts.length && wanted.every((each, i) => each.startsWith(':') || each === parts[i]);
}
