import type { Hono, MiddlewareHandler } from 'hono';
import { LeaseStoreUnavailable, NotTheActiveHub } from '../../shared/ports/lease-store.ts';
import type { IngressPorts } from './ports.ts';
import { problemResponse } from './problem.ts';

type Ports = Pick<IngressPorts, 'active'>;

/**
 * Which of two hubs the name leads to: asked by health checkers, without credentials, and told nothing but yes or no. Only where there
 * is a standby hub.
 */
export function tellActive(app: Hono, { active }: Ports): void {
  if (active === undefined) return;
  app.get('/healthz/active', async (c) => {
    const isActive = await asked(active);
    c.header('cache-control', 'no-store');
    return c.json({ active: isActive }, isActive ? 200 : 503);
  });
}

/** False also when nobody can tell. */
export const asked = (active: () => Promise<unknown>): Promise<boolean> =>
  active().then(
    () => true,
    () => false,
  );

/** Before what changes something other than by an event: those are refused where they would be made durable. */
export const whileActive =
  ({ active }: Ports): MiddlewareHandler =>
  async (_, next) => {
    await active?.();
    await next();
  };

/** Undefined for any other error. */
export function standsBy(error: Error): Response | undefined {
  if (error instanceof LeaseStoreUnavailable) {
    const detail = 'nothing was done, because it cannot be told whether this hub is the active one: try again';
    return problemResponse(
      { type: 'about:blank', title: 'Service Unavailable', status: 503, detail },
      { 'retry-after': '1' },
    );
  }
  if (!(error instanceof NotTheActiveHub)) return undefined;
  const seconds = Math.ceil(error.retryAfterMs / 1000);
  const detail = 'nothing was accepted: another hub is the active one; call the name that follows it, or try again';
  return problemResponse(
    { type: 'about:blank', title: 'Standing By', status: 503, detail },
    { 'retry-after': String(seconds) },
  );
}
