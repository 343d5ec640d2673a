import type { Call, Route } from './http.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** What a path leads to: a route, a known path with another method, or nothing. */
export type Found =
  | { readonly kind: 'route'; readonly match: Match }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

interface Compiled {
  readonly route: Route;
  readonly names: readonly string[];
  readonly expression: RegExp;
}

/** Literal segments match in any case, as in Azure Resource Manager; parameters keep the caller's spelling. */
export function createRouter(routes: readonly Route[]): (call: Pick<Call, 'method' | 'path'>) => Found {
  const compiled = routes.map(compile);
  return ({ method, path }) => {
    const matching = compiled.filter(({ expression }) => expression.test(path));
    const first = matching.find(({ route }) => route.method === method);
    if (!first) {
      const allowed = matching.map(({ route }) => route.method);
      return allowed.length > 0 ? { kind: 'method', allowed } : { kind: 'none' };
    }
    return { kind: 'route', match: { route: first.route, params: read(first, path) } };
  };
}

function compile(route: Route): Compiled {
  const names = [...route.pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const source = route.pattern.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)');
  return { route, names, expression: new RegExp(`^${source}/?$`, 'i') };
}

function read({ names, expression }: Compiled, path: string): Record<string, string> {
  const values = expression.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decode(values[index] ?? '')]));
}

/** A stray `%` in a path is not a reason to fail: it then is part of the name, which the provider refuses. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
