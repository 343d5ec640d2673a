import type { Fleet, FleetDeployment, FleetRecovery, FleetService } from '../../shared/adapters/telemetry/fleet.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { everything, one } from './everything.ts';
import { costReader } from './fleet-cost.ts';
import { measuredReader, type Measured } from './measured.ts';

interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly wanted: boolean;
  readonly replicas: { readonly ready: number; readonly desired: number };
}

/** `GET /v1/recovery-summary`: not every recovery that ever was, at every scrape. */
interface Recoveries {
  readonly recoveries: Readonly<Record<string, number>>;
  readonly last: readonly LastRecovery[];
  readonly openIncidents: number;
}

interface LastRecovery {
  readonly scope: string;
  readonly application?: string;
  readonly service?: string;
  readonly recoveryTimeMs: number;
  readonly overRto: number;
  readonly overRpo: number;
}

const router = 'router';

/** The fleet, read through the services' own read endpoints. */
export function fleetReader(routes: readonly QueryRoute[], clock: Clock): () => Promise<Fleet> {
  const read = <T>(path: string, list: string): Promise<T[]> => everything<T>(routes, path, list);
  const readMeasured = measuredReader(routes, clock);
  const readCost = costReader(routes, clock);
  return async () => {
    const [deployments, measured, regions, { recoveries, last, openIncidents }, cost] = await Promise.all([
      read<Deployment>('/deployments', 'deployments'),
      readMeasured(),
      read<{ scope: string; status: string }>('/health/regions', 'regions'),
      one<Recoveries>(routes, '/recovery-summary'),
      readCost(),
    ]);
    const known = new Map(measured.map((each) => [keyOf(each), each]));
    return {
      deployments: deployments.filter(({ wanted }) => wanted).map((each) => deploymentOf(each, known)),
      services: measured.filter(({ place }) => place === router).map(serviceOf),
      scopes: regions.map(({ scope, status }) => ({ scope, status })),
      recoveries,
      lastRecoveries: last.map(lastOf),
      openIncidents,
      ...(cost === undefined ? {} : { cost }),
    };
  };
}

const keyOf = ({ application, service, place }: Omit<Measured, 'latest'>): string =>
  `${application}/${service}/${place}`;

function deploymentOf(
  { application, service, target, replicas }: Deployment,
  known: ReadonlyMap<string, Measured>,
): FleetDeployment {
  const latest = known.get(keyOf({ application, service, place: target }))?.latest ?? {};
  const metrics = Object.fromEntries(Object.entries(latest).map(([metric, { value }]) => [metric, value]));
  return { application, service, target, ready: replicas.ready, desired: replicas.desired, metrics };
}

function serviceOf({ application, service, latest }: Measured): FleetService {
  const requests = latest['http.server.request.count'];
  const failed = latest['http.server.request.error.count'];
  const quantile = (name: string, metric: string) =>
    latest[metric] === undefined ? {} : { [name]: latest[metric].value };
  // Of two different minutes there is no ratio.
  const together = requests !== undefined && requests.value > 0 && failed?.at === requests.at;
  return {
    application,
    service,
    ...(requests === undefined ? {} : { requestsPerSecond: requests.value / 60 }),
    ...(together ? { errorRatio: failed.value / requests.value } : {}),
    ...quantile('p50Seconds', 'http.server.request.duration.p50'),
    ...quantile('p95Seconds', 'http.server.request.duration.p95'),
    ...quantile('p99Seconds', 'http.server.request.duration.p99'),
  };
}

function lastOf({ scope, application, service, recoveryTimeMs, overRto, overRpo }: LastRecovery): FleetRecovery {
  const part = application === undefined || service === undefined ? {} : { application, service };
  return { scope, ...part, seconds: recoveryTimeMs / 1000, overRto, overRpo };
}
