import { randomUUID } from 'node:crypto';
import { createGateway, type Gateway } from '../../shared/adapters/gateway/index.ts';
import { prometheusSources } from '../../shared/adapters/prometheus-metrics/index.ts';
import { createSecrets } from '../../shared/adapters/secrets/index.ts';
import { openRuntime, type EmbeddedRuntime } from '../../shared/adapters/sqlite/index.ts';
import { startTelemetry, type Telemetry } from '../../shared/adapters/telemetry/index.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { scheduleCostSweep } from '../../shared/contracts/schedule-cost-sweep.ts';
import * as cost from '../../services/cost/index.ts';
import * as dr from '../../services/dr/index.ts';
import { createApp } from '../../services/ingress/app.ts';
import { holdersOf } from '../../services/ingress/auth.ts';
import { hooksFrom } from '../../services/ingress/hooks/options.ts';
import { regionsOf } from '../../services/ingress/regions.ts';
import * as monitor from '../../services/monitor/index.ts';
import * as placement from '../../services/placement/index.ts';
import * as rollout from '../../services/rollout/index.ts';
import * as traffic from '../../services/traffic/index.ts';
import { serveConsole } from './console-files.ts';
import { closeAll } from './close-all.ts';
import { billDoor, costGiven } from './cost.ts';
import { readTokenFile, type DataFolder } from './data-folder.ts';
import { startDeployers } from './deployers.ts';
import { precedenceOf } from './dispatch-order.ts';
import { fleetReader } from './fleet.ts';
import { listen, portError, type Listening } from './listen.ts';
import { measureTraffic } from './measure-traffic.ts';
import type { SandboxEndpoints } from './sandbox-process.ts';
import { startSchedule } from './schedule.ts';
import { wireHandlers } from './wire.ts';

export interface ControlPlane {
  readonly runtime: EmbeddedRuntime;
  readonly api: Listening;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

export interface ControlPlaneOptions {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly sandbox: SandboxEndpoints | undefined;
  readonly logger: Logger;
  readonly version: string;
}

const clock: Clock = { now: () => Date.now() };

/** Composes the embedded runtime: one process, one SQLite file, every service, deployers through their real entry points. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { settings, folder, sandbox, logger } = options;
  const { host, gatewayPort } = settings.server;
  // First, because it holds the lock on the data folder: a second control plane must stop before it touches anything.
  const runtime = await openRuntime({ file: folder.databaseFile, clock, random: Math.random, logger, precedenceOf });
  const closers: (() => Promise<void> | void)[] = [() => runtime.close()];
  const close = (): Promise<void> => closeAll(closers.splice(0).reverse());
  try {
    const gateway = await createGateway({ host, port: gatewayPort, clock, random: Math.random, logger }).catch(
      (error: unknown) => {
        const { cause } = error as Error;
        throw portError((cause ?? error) as NodeJS.ErrnoException, host, gatewayPort, '--gateway-port');
      },
    );
    const measuring = measureTraffic({ gateway, bus: runtime.bus, clock, logger });
    // After the gateway, whose last answers it counts.
    closers.push(() => measuring.close());
    closers.push(() => gateway.close());
    // The gateway forgets on restart; what was in force is put in force before anything new is handled.
    await traffic.restore(runtime.records, gateway);
    const settled = withGatewayPort(settings, gateway.port);
    const secrets = createSecrets({ environment: process.env, clock, logger });
    const money = costGiven({ settings, folder: folder.path, secrets });
    closers.push(() => money.ledger.close());
    wire(runtime, gateway, { settings: settled, secrets, money });
    await startDeployers({ settings, sandbox, bus: runtime.bus, clock });
    const routes = routesOf(runtime, settled, money);
    const { version } = options;
    const figures = { figures: () => runtime.stats(), fleet: fleetReader(routes, clock) };
    const telemetry = await startTelemetry({ version, environment: process.env, ...figures });
    closers.push(() => telemetry.close());
    const api = await startApi({ ...options, settings: settled }, { runtime, gateway, routes, telemetry, secrets });
    closers.push(() => api.close());
    await runtime.bus.start();
    closers.push(...startSchedules(settings, { bus: runtime.bus, clock, logger }));
    return { runtime, api, gateway, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Services are told addresses of each other with the port the gateway really has: 0 and --gateway-port choose another. */
function withGatewayPort(settings: Settings, port: number): Settings {
  const { urlTemplate } = settings.traffic;
  const own = urlTemplate.includes('.localhost');
  return own ? { ...settings, traffic: { urlTemplate: urlTemplate.replace(/:\d+$/, `:${port}`) } } : settings;
}

const hourMs = 3_600_000;

function startSchedules(settings: Settings, ports: Parameters<typeof startSchedule>[1]): (() => void)[] {
  const { sweepHours, prices } = settings.cost;
  const refresh = { name: 'price-refresh', draft: schedulePriceRefresh.draft({}) };
  return [
    startSchedule(monitor.reconcileEveryMs(settings), ports),
    startSchedule(sweepHours * hourMs, ports, { name: 'cost-sweep', draft: scheduleCostSweep.draft({}) }),
    startSchedule(prices.refreshHours * hourMs, ports, refresh),
  ];
}

interface Composing {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly money: cost.CostGiven;
}

function wire({ bus, records, documents }: EmbeddedRuntime, router: Gateway, composing: Composing): void {
  const { settings, secrets, money } = composing;
  const handlers = [
    ...placement.handlers(placement.settingsFrom(settings)),
    ...monitor.handlers(
      monitor.settingsFrom(settings),
      prometheusSources(settings.monitor.metrics.prometheus, secrets),
    ),
    ...rollout.handlers(rollout.defaultRolloutSettings),
    ...traffic.handlers({ router }),
    ...dr.handlers(dr.settingsFrom(settings)),
    ...cost.handlers(money),
  ];
  wireHandlers(handlers, bus, { records, documents, clock });
}

/** Reads of every service's own records. */
function routesOf(
  { records, documents }: EmbeddedRuntime,
  settings: Settings,
  money: cost.CostGiven,
): readonly QueryRoute[] {
  return [
    ...placement.routes({ records, documents, clock }, placement.settingsFrom(settings)),
    ...monitor.routes(records),
    ...rollout.routes(records),
    ...traffic.routes(records),
    ...dr.routes(records),
    ...cost.routes({ records, clock }, money),
  ];
}

interface Behind {
  readonly runtime: EmbeddedRuntime;
  readonly gateway: Gateway;
  readonly routes: readonly QueryRoute[];
  readonly telemetry: Telemetry;
  readonly secrets: Secrets;
}

function startApi(
  { settings, folder, sandbox, logger, version }: ControlPlaneOptions,
  { runtime, gateway, routes, telemetry, secrets }: Behind,
): Promise<Listening> {
  const { documents, bus, log, deadLetters } = runtime;
  const { host, port, tokenFile } = settings.server;
  const tokens = [folder.token, ...(tokenFile === undefined ? [] : [readTokenFile(tokenFile)])];
  const startedAt = clock.now();
  const app = createApp({
    bus,
    documents,
    log,
    deadLetters,
    clock,
    newId: randomUUID,
    identify: holdersOf(tokens),
    streaming: 'live',
    regions: () => regionsOf(settings.clouds),
    tiers: settings.tiers,
    hooks: hooksFrom(settings.hooks, secrets),
    upload: billDoor({ settings, folder: folder.path }, { bus, clock }),
    hosts: isLoopback(host) ? ['127.0.0.1', 'localhost', '[::1]'] : 'any',
    logger,
    routes,
    metrics: () => telemetry.scrape(),
    status: () => ({
      version,
      uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
      queue: runtime.stats(),
      gateway: { port: gateway.port, urlTemplate: settings.traffic.urlTemplate, services: gateway.stats() },
      sandbox: sandbox === undefined ? undefined : { control: sandbox.control, workloads: sandbox.workloads },
      clouds: Object.fromEntries(Object.entries(settings.clouds).map(([name, { enabled }]) => [name, enabled])),
      memory: process.memoryUsage().rss,
    }),
  });
  serveConsole(app);
  return listen(app.fetch, { host, port, flag: '--port' });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
