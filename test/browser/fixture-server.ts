import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveConsole } from '../../cli/serve/console-files.ts';
import { billDoor, costGiven } from '../../cli/serve/cost.ts';
import { listen } from '../../cli/serve/listen.ts';
import { startSchedule } from '../../cli/serve/schedule.ts';
import { wireDeployer, wireHandlers } from '../../cli/serve/wire.ts';
import * as cost from '../../services/cost/index.ts';
import * as dr from '../../services/dr/index.ts';
import { createApp } from '../../services/ingress/app.ts';
import { holdersOf } from '../../services/ingress/auth.ts';
import * as monitor from '../../services/monitor/index.ts';
import * as placement from '../../services/placement/index.ts';
import * as rollout from '../../services/rollout/index.ts';
import * as traffic from '../../services/traffic/index.ts';
import {
  createMemoryRuntime,
  systemTimer,
  type MemoryRuntime,
  type Timer,
} from '../../shared/adapters/memory/index.ts';
import type { CloudName } from '../../shared/contracts/values.ts';
import { deployerHandlers } from '../../shared/pipeline/deployer-handlers.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { Split } from '../../shared/ports/traffic-router.ts';
import { emptyScript, scriptedCloud, type Script } from './scripted-cloud.ts';

/** The console's counterpart in its test: every service for real, in memory, over clouds that follow a script. */
export interface Fixture {
  /** As `npm start` prints it, with the token in the fragment. */
  readonly url: string;
  readonly token: string;
  readonly script: Script;
  readonly runtime: MemoryRuntime;
  /** Cuts every open connection and refuses new ones until it is called again with `true`. */
  setOnline(online: boolean): Promise<void>;
  close(): Promise<void>;
}

const clouds: readonly CloudName[] = ['aws', 'azure', 'gcp'];
/** Bills that come together are judged together, 20 s later: nobody who looks at a console test waits for that. */
let skipped = 0;
const clock = { now: () => Date.now() + skipped };
const timer: Timer = {
  set(callback, delayMs) {
    if (delayMs < 15_000 || delayMs > 20_000) return systemTimer.set(callback, delayMs);
    return systemTimer.set(() => {
      skipped += delayMs;
      callback();
    }, 50);
  },
};
const settings = resolveSettings({ cost: { budgets: [{ name: 'everything', amount: 100 }] } });
const noSecrets = { check: () => {}, read: () => Promise.reject(new Error('there are no secrets here')) };
const logger = {
  info: () => {},
  warn: () => {},
  error: (what: string, facts?: Readonly<Record<string, unknown>>) =>
    void process.stderr.write(`${what} ${JSON.stringify(facts)}\n`),
};

export async function startFixture(): Promise<Fixture> {
  const token = `fixture-${randomUUID()}`;
  const script = emptyScript();
  const runtime = createMemoryRuntime({ clock, timer });
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-console-'));
  const money = costGiven({ settings, folder, secrets: noSecrets });
  wire(runtime, script, money);
  const app = frontDoor(runtime, { token, folder, money });
  serveConsole(app);
  const fetch = (request: Request): Response | Promise<Response> => app.fetch(request);
  const at = { host: '127.0.0.1', flag: '--port' };
  let server = await listen(fetch, { ...at, port: 0 });
  const { port } = server;
  await runtime.bus.start();
  const stopSchedule = startSchedule(500, { bus: runtime.bus, clock, logger });
  let online = true;
  const goOnline = async (): Promise<void> => {
    server = await listen(fetch, { ...at, port });
  };
  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    token,
    script,
    runtime,
    setOnline: async (wanted) => {
      if (wanted !== online) await (wanted ? goOnline() : server.close());
      online = wanted;
    },
    close: async () => {
      stopSchedule();
      if (online) await server.close();
      await runtime.bus.stop();
      await money.ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function wire(runtime: MemoryRuntime, script: Script, money: cost.CostGiven): void {
  const { bus } = runtime;
  const ports = { ...runtime, clock };
  const watch = {
    ...monitor.defaultMonitorSettings,
    observeInitialMs: 100,
    observeMaxMs: 400,
    observeUnreachableMs: 400,
    reconcileAfterMs: 400,
    health: { ...monitor.defaultMonitorSettings.health, unreachableSpanMs: 200, refreshMs: 500 },
  };
  const handlers = [
    ...placement.handlers(placement.defaultPlacementSettings),
    ...monitor.handlers(watch),
    ...rollout.handlers(rollout.defaultRolloutSettings),
    ...traffic.handlers({ router: routerInMemory() }),
    ...dr.handlers({ holdDownMs: 300, readmitAfterMs: 1_500 }),
    ...cost.handlers(money),
  ];
  wireHandlers(handlers, bus, ports);
  const target = scriptedCloud(script);
  for (const cloud of clouds) {
    const verbs = deployerHandlers(cloud, target);
    wireDeployer(
      verbs,
      async (event) => {
        const verb = verbs.find(({ contract }) => contract.type === event.type);
        if (verb === undefined) throw new Error(`no deployer handler for ${event.type}`);
        await processStateless(verb, event, ports);
      },
      bus,
    );
  }
}

function routerInMemory() {
  const splits = new Map<string, Split>();
  return {
    route: (split: Split): Promise<void> => {
      splits.set(`${split.application}/${split.service}`, split);
      return Promise.resolve();
    },
    routes: () => Promise.resolve([...splits.values()]),
  };
}

interface Front {
  readonly token: string;
  readonly folder: string;
  readonly money: cost.CostGiven;
}

function frontDoor(runtime: MemoryRuntime, { token, folder, money }: Front) {
  const { records } = runtime;
  return createApp({
    ...runtime,
    clock,
    newId: randomUUID,
    identify: holdersOf([token]),
    streaming: 'live',
    regions: () => Promise.resolve({}),
    routes: [
      ...placement.routes({ ...runtime, clock }, placement.defaultPlacementSettings),
      ...monitor.routes(records),
      ...rollout.routes(records),
      ...traffic.routes(records),
      ...dr.routes(records),
      ...cost.routes({ records, clock }, money),
    ],
    upload: billDoor({ settings, folder }, { bus: runtime.bus, clock }),
    logger,
    status: () => ({ version: 'fixture', gateway: { port: 4680 }, ...runtime.stats() }),
    hosts: ['127.0.0.1', 'localhost'],
  });
}

export function exampleText(name: string): string {
  return readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
}

/** `node test/browser/fixture-server.ts`: the console to look at, with the shop on it, until Ctrl-C. */
if (import.meta.main) {
  const fixture = await startFixture();
  const base = fixture.url.slice(0, fixture.url.indexOf('/#'));
  const headers = { authorization: `Bearer ${fixture.token}` };
  for (const name of process.argv.slice(2)) {
    const body = exampleText(name);
    const answer = await fetch(`${base}/v1/applications`, { method: 'POST', headers, body });
    process.stdout.write(`${name}: ${answer.status}\n`);
  }
  process.stdout.write(`${fixture.url}\n`);
}
