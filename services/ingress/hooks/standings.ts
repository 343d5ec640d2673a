import type { Clock } from '../../../shared/ports/clock.ts';
import type { QueryRoute } from '../../../shared/ports/http.ts';
import type { Logger } from '../../../shared/ports/logger.ts';
import { fieldsIn, listIn, textIn } from './fields.ts';
import { resourceNamesOf, type Standing } from './our-names.ts';

/** What stands where: names of alerts are held against it. */
export interface Standings {
  /** By application, its services with their targets. */
  readonly applications: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** By service, the applications that have one of that name. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  /** By key of a resource (`resourceKeys`). */
  readonly resources: ReadonlyMap<string, Standing>;
}

export interface StandingsPorts {
  readonly routes: readonly QueryRoute[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** In a storm the fleet is read once in this while, not once per alert. Milliseconds. */
const freshFor = 10_000;
/** What was read is still better than nothing for this long, when it cannot be read again. */
const staleFor = 10 * 60_000;
/** Pages of 500: beyond it names pass as they are said. */
const mostPages = 40;

/**
 * Reads what stands where through the monitor's own read endpoint, at most every ten seconds. Undefined where it cannot be told:
 * then nobody may say of a name that it is unknown.
 */
export function readStandings(ports: StandingsPorts): () => Promise<Standings | undefined> {
  const { clock, logger } = ports;
  let known: { readonly at: number; readonly standings: Standings } | undefined;
  let reading: Promise<Standings | undefined> | undefined;
  const read = async (): Promise<Standings | undefined> => {
    try {
      const all = await readAll(ports.routes);
      if (all === undefined) return undefined;
      known = { at: clock.now(), standings: indexed(all) };
      return known.standings;
    } catch (error) {
      logger.warn('hooks.standings', { message: (error as Error).message });
      return known !== undefined && clock.now() - known.at < staleFor ? known.standings : undefined;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    if (known !== undefined && clock.now() - known.at < freshFor) return known.standings;
    reading ??= read();
    return reading;
  };
}

async function readAll(routes: readonly QueryRoute[]): Promise<readonly Standing[] | undefined> {
  const route = routes.find(({ method, path }) => method === 'GET' && path === '/deployments');
  if (route === undefined) return undefined;
  const all: Standing[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { status, body } = await route.answer({ params: {}, search: after === undefined ? {} : { after } });
    if (status !== 200) throw new Error(`GET /v1/deployments answered ${status}`);
    const { deployments, next } = fieldsIn(body);
    all.push(...listIn(deployments).flatMap(standingIn));
    after = textIn(next);
    if (after === undefined) return all;
  }
  // A fleet this large is not held in memory for the sake of names.
  return undefined;
}

function standingIn(value: unknown): readonly Standing[] {
  const { application, service, target, wanted } = fieldsIn(value);
  if (typeof application !== 'string' || typeof service !== 'string' || typeof target !== 'string') return [];
  return wanted === false ? [] : [{ application, service, target }];
}

/** @param all what stands */
export function indexed(all: readonly Standing[]): Standings {
  const applications = new Map<string, Map<string, string[]>>();
  const services = new Map<string, string[]>();
  const resources = new Map<string, Standing>();
  for (const standing of all) {
    const { application, service, target } = standing;
    const own = applications.get(application) ?? new Map<string, string[]>();
    applications.set(application, own);
    if (!own.has(service)) services.set(service, [...(services.get(service) ?? []), application]);
    own.set(service, [...(own.get(service) ?? []), target]);
    for (const name of resourceNamesOf(standing)) resources.set(name, standing);
  }
  return { applications, services, resources };
}
