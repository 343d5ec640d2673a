import type { Route } from '../../contracts/traffic-shift.ts';
import type { Split } from '../../ports/traffic-router.ts';
import { Endpoint } from './endpoint.ts';
import { newCounters, type ServiceCounters } from './stats.ts';

export interface Weighted {
  readonly endpoint: Endpoint;
  readonly weight: number;
}

export interface Entry {
  readonly host: string;
  split: Split;
  /** Routes that can be proxied and have weight. */
  routes: readonly Weighted[];
  /** Asked only while nothing that has weight is up. */
  standbys: readonly Weighted[];
  readonly counters: ServiceCounters;
}

/** Which host goes where. Everything here is in memory: the traffic service remembers, and puts it back after a restart. */
export class Table {
  readonly #entries = new Map<string, Entry>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #ca: string | readonly string[] | undefined;

  constructor(ca: string | readonly string[] | undefined) {
    this.#ca = ca;
  }

  /** Puts a split in force for every request that comes after; one with a lower sequence than the one in force is stale. */
  put(split: Split): void {
    const host = hostOf(split);
    const entry = this.#entries.get(host);
    if (entry !== undefined && entry.split.sequence > split.sequence) return;
    const taken = (wanted: readonly Route[], weightOf: (route: Route) => number): Weighted[] =>
      wanted.flatMap((route) => {
        const url = proxyable(route.endpoint);
        return url === undefined ? [] : [{ endpoint: this.#take(url), weight: weightOf(route) }];
      });
    const routes = taken(
      split.routes.filter(({ weight }) => weight > 0),
      ({ weight }) => weight,
    );
    const standbys = taken(
      split.routes.filter(({ weight, standby }) => weight === 0 && standby === true),
      () => 1,
    );
    const before = [...(entry?.routes ?? []), ...(entry?.standbys ?? [])];
    // The same entry: a request under way that has to be repeated follows the split of now, not that of its beginning.
    if (entry === undefined) this.#entries.set(host, { host, split, routes, standbys, counters: newCounters() });
    else Object.assign(entry, { split, routes, standbys });
    for (const { endpoint } of before) this.#release(endpoint);
  }

  /** Also a service of which nothing stands now: it exists, and says so. */
  find(hostHeader: string | undefined): Entry | undefined {
    const host = (hostHeader ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
    const entry = this.#entries.get(host);
    return entry?.split.removed === true ? undefined : entry;
  }

  hosts(): string[] {
    return this.entries()
      .filter(({ split }) => split.routes.length > 0)
      .map(({ host }) => host)
      .sort();
  }

  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  endpoints(): Endpoint[] {
    return [...this.#endpoints.values()];
  }

  #take(url: URL): Endpoint {
    const found = this.#endpoints.get(url.href) ?? new Endpoint(url, this.#ca);
    this.#endpoints.set(url.href, found);
    found.users += 1;
    return found;
  }

  #release(endpoint: Endpoint): void {
    endpoint.users -= 1;
    if (endpoint.users > 0) return;
    this.#endpoints.delete(endpoint.url.href);
    endpoint.retireIfUnused();
  }
}

export function hostOf({ service, application }: { readonly service: string; readonly application: string }): string {
  return `${service}.${application}.localhost`;
}

/** Only HTTP is proxied; a `tcp://` endpoint is recorded, so that it can be told, and not more. */
function proxyable(endpoint: string): URL | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/** Weighted choice among what is up, never `avoid`. */
export function choose(
  routes: readonly Weighted[],
  now: number,
  random: () => number,
  avoid?: Endpoint,
): Endpoint | undefined {
  return draw(
    routes.filter(({ endpoint }) => endpoint !== avoid && endpoint.isUp(now)),
    random,
  );
}

/** Weighted choice among all, whatever is thought of them, never `avoid`: to be asked when nothing is thought to be up. */
export function doubt(routes: readonly Weighted[], random: () => number, avoid?: Endpoint): Endpoint | undefined {
  return draw(
    routes.filter(({ endpoint }) => endpoint !== avoid),
    random,
  );
}

function draw(among: readonly Weighted[], random: () => number): Endpoint | undefined {
  let point = random() * among.reduce((sum, { weight }) => sum + weight, 0);
  for (const { endpoint, weight } of among) {
    point -= weight;
    if (point < 0) return endpoint;
  }
  return among.at(-1)?.endpoint;
}
