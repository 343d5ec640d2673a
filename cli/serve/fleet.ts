import type { Fleet, FleetDeployment, FleetService } from '../../shared/adapters/telemetry/fleet.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';

/** Pages are followed up to here: a scrape must end, and five thousand series tell nobody anything. */
const mostPages = 20;

interface Page {
  readonly next?: string;
  readonly [list: string]: unknown;
}

interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly wanted: boolean;
  readonly replicas: { readonly ready: number; readonly desired: number };
}

/** One service's or deployment's newest complete minute. */
interface Measured {
  readonly application: string;
  readonly service: string;
  /** Absent: as the router saw the service. */
  readonly target?: string;
  readonly latest: Readonly<Record<string, number>>;
}

/** The fleet, read through the services' own read endpoints. */
export async function fleetOf(routes: readonly QueryRoute[]): Promise<Fleet> {
  const read = <T>(path: string, list: string): Promise<T[]> => everything<T>(routes, path, list);
  const [deployments, measured, regions, recoveries, incidents] = await Promise.all([
    read<Deployment>('/deployments', 'deployments'),
    read<Measured>('/metrics/latest', 'metrics'),
    read<{ scope: string; status: string }>('/health/regions', 'regions'),
    read<{ state: string }>('/recoveries', 'recoveries'),
    read<{ status: string }>('/incidents', 'incidents'),
  ]);
  const known = new Map(measured.map((each) => [keyOf(each), each.latest]));
  return {
    deployments: deployments.filter(({ wanted }) => wanted).map((each) => deploymentOf(each, known)),
    services: measured.filter(({ target }) => target === undefined).map(serviceOf),
    scopes: regions.map(({ scope, status }) => ({ scope, status })),
    recoveries: countBy(recoveries.map(({ state }) => state)),
    openIncidents: incidents.filter(({ status }) => status === 'open').length,
  };
}

const keyOf = ({ application, service, target = '' }: Omit<Measured, 'latest'>): string =>
  `${application}/${service}/${target}`;

function deploymentOf(
  { application, service, target, replicas }: Deployment,
  known: ReadonlyMap<string, Readonly<Record<string, number>>>,
): FleetDeployment {
  const metrics = known.get(keyOf({ application, service, target })) ?? {};
  return { application, service, target, ready: replicas.ready, desired: replicas.desired, metrics };
}

function serviceOf({ application, service, latest }: Measured): FleetService {
  const { requests, failed, p50Ms, p95Ms, p99Ms } = latest as Partial<Record<string, number>>;
  const seconds = (name: string, ms: number | undefined) => (ms === undefined ? {} : { [name]: ms / 1000 });
  return {
    application,
    service,
    ...(requests === undefined ? {} : { requestsPerSecond: requests / 60 }),
    ...(requests === undefined || requests === 0 ? {} : { errorRatio: (failed ?? 0) / requests }),
    ...seconds('p50Seconds', p50Ms),
    ...seconds('p95Seconds', p95Ms),
    ...seconds('p99Seconds', p99Ms),
  };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

async function everything<T>(routes: readonly QueryRoute[], path: string, list: string): Promise<T[]> {
  const route = routes.find((each) => each.method === 'GET' && each.path === path);
  if (route === undefined) throw new Error(`no service answers GET ${path}`);
  const found: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { body } = await route.answer({ params: {}, search: after === undefined ? {} : { after } });
    const { [list]: items = [], next } = body as Page;
    found.push(...(items as T[]));
    if (next === undefined) return found;
    after = next;
  }
  return found;
}
