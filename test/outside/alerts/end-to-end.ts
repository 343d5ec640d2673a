import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, expectations, same, type Stage, type Tally } from '../check.ts';
import { startPlane, type Plane } from '../stand-ins.ts';
import { showsTheSame, sendRequests, watching } from './from-prometheus.ts';
import { freePort, hookToken, startPeers, type Peers } from './peers.ts';
import { acceptedByTools, namedMetrics, scrapedMetrics, wellFormed } from './shipped.ts';

interface Alert {
  readonly alert: string;
  readonly hook: string;
  readonly title: string;
  readonly status: string;
  readonly application?: string;
  readonly service?: string;
  readonly scope?: string;
  readonly bearing: string;
}
interface Incident {
  readonly incident: string;
  readonly trigger: string;
  readonly status: string;
  readonly application?: string;
}
interface Recovery {
  readonly recovery: string;
  readonly trigger: string;
  readonly state: string;
  readonly incident?: string;
  readonly result?: { readonly recoveryTimeMs: number };
}

/** Everything waits a second at most, so that the whole loop is over in a minute; only this differs from what is shipped. */
const configuration = (prometheusPort: number) => ({
  hooks: [
    {
      name: 'prometheus',
      dialect: 'alertmanager',
      authentication: { type: 'bearer', token: { environment: 'ALERTS_CHECK_TOKEN' } },
    },
  ],
  dr: { holdDownSeconds: 1, readmitAfterSeconds: 1, minimumDelaySeconds: 1, alerts: 'critical' },
  monitor: { metrics: { everySeconds: 10, prometheus: [watching(prometheusPort)] } },
});

/**
 * A place turns sick; Prometheus sees it, its rule fires, Alertmanager posts to our hook, a recovery moves the service; the place turns
 * well, the alert resolves, the incident closes.
 */
export async function alertsEndToEnd(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  await expect('promtool and amtool accept what we ship, and our rules do what their tests say', () =>
    acceptedByTools(stage),
  );
  const config = join(stage.folder, 'homeostasis.json');
  const prometheusPort = await freePort();
  writeFileSync(config, JSON.stringify(configuration(prometheusPort)));
  const variables = { ALERTS_CHECK_TOKEN: hookToken };
  const plane = await startPlane(stage, { workloads: 'process', variables, config });
  await plane.homeostasis('deploy', 'test/outside/alerts/measured.yaml', '--wait', '--timeout', '60');
  await plane.homeostasis('deploy', 'test/outside/alerts/watched.yaml', '--wait', '--timeout', '60');
  const peers = await startPeers(stage, plane, prometheusPort);
  const sick = regionIn(await standing(plane));
  await expect('Prometheus scrapes the control plane, and the workload through the gateway', () =>
    eventually(stage, 30, async () => {
      same(await value(peers, 'up{job="homeostasis"}'), '1', 'control plane is up');
      same(
        await value(peers, `workload_info{region="${sick}",application="watched"}`),
        '1',
        `the workload of ${sick} answers`,
      );
    }),
  );
  await sendRequests(stage, { plane, peers });
  await injure(plane, sick);
  await expect('the rule fires', () =>
    eventually(stage, 60, async () => {
      const firing = `ALERTS{alertname="HomeostasisDeploymentDown",region="${sick}",alertstate="firing"}`;
      same(await value(peers, firing), '1', firing);
    }),
  );
  await recovers(stage, { plane, peers, sick, expect });
  await fetch(`${plane.clouds.control}/faults`, { method: 'DELETE', signal: stage.signal });
  await ends(stage, { plane, peers, sick, expect });
  await expect(
    "what Prometheus measured of the workload is in the control plane's own metrics, as Prometheus has it",
    () => showsTheSame(stage, { plane, peers }),
  );
  await expect(
    'every metric that rules and dashboards name is scraped, and promtool has nothing to say about any',
    () => scrapeIsWhole(stage, plane),
  );
  return tally();
}

interface Scene {
  readonly plane: Plane;
  readonly peers: Peers;
  /** The region that is sick. */
  readonly sick: string;
  readonly expect: (what: string, holds: () => Promise<void>) => Promise<void>;
}

async function recovers(stage: Stage, { plane, peers, sick, expect }: Scene): Promise<void> {
  await expect('Alertmanager tells our hook, which knows what it is about', () =>
    eventually(stage, 15, async () => {
      const { hook, application, service, scope = '', bearing } = await heard(plane);
      same([hook, application, service], ['prometheus', 'watched', 'web'], 'the alert');
      if (!scope.startsWith(`aws/${sick}`)) throw new Error(`it is about ${scope}, not about aws/${sick}`);
      if (!/^(keeps|kept) /.test(bearing)) throw new Error(`it moves nothing: ${bearing}`);
    }),
  );
  await expect('an incident opens by the alert, and a recovery of it completes', () =>
    eventually(stage, 40, async () => {
      const incident = await incidentOf(plane);
      same([incident.trigger, incident.application], ['alert', 'watched'], 'the incident');
      const { recoveries } = await plane.read<{ recoveries: Recovery[] }>('/v1/recoveries');
      same(
        recoveries.map(({ trigger, state, incident: of }) => [trigger, state, of]),
        [['alert', 'completed', incident.incident]],
        'recoveries',
      );
      stage.log(`recovered in ${recoveries[0]?.result?.recoveryTimeMs ?? '?'} ms\n`);
    }),
  );
  await expect('the service stands elsewhere, and Prometheus sees another place answer', () =>
    eventually(stage, 20, async () => {
      const now = regionIn(await standing(plane));
      if (now === sick) throw new Error(`it still stands in ${sick}`);
      same(
        await value(peers, `workload_info{region="${now}",application="watched"}`),
        '1',
        `the workload of ${now} answers`,
      );
    }),
  );
}

async function ends(stage: Stage, { plane, peers, expect }: Scene): Promise<void> {
  await expect('the alert resolves, at Prometheus and here', () =>
    eventually(stage, 30, async () => {
      same(await value(peers, 'ALERTS{alertname="HomeostasisDeploymentDown"}'), undefined, 'firing or pending');
      same((await heard(plane)).status, 'resolved', 'the alert');
    }),
  );
  await expect('the incident closes', () =>
    eventually(stage, 30, async () => same((await incidentOf(plane)).status, 'resolved', 'the incident')),
  );
}

async function injure(plane: Plane, region: string): Promise<void> {
  const answer = await fetch(`${plane.clouds.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'unhealthy', cloud: 'aws', region }),
  });
  if (!answer.ok) throw new Error(`the sandbox refused the fault: ${answer.status} ${await answer.text()}`);
}

async function standing(plane: Plane): Promise<string> {
  const serving = (await plane.deployments('watched')).filter(({ ready }) => ready === 'True');
  const [only, ...more] = serving;
  if (only === undefined || more.length > 0) throw new Error(`${serving.length} deployments are ready; wanted 1`);
  return only.target;
}

const regionIn = (target: string): string => target.split('/')[1] ?? '';

async function heard(plane: Plane): Promise<Alert> {
  const { alerts } = await plane.read<{ alerts: Alert[] }>('/v1/alerts');
  const [only, ...more] = alerts;
  if (only === undefined || more.length > 0) throw new Error(`${alerts.length} alerts are known; wanted 1`);
  return only;
}

async function incidentOf(plane: Plane): Promise<Incident> {
  const { incidents } = await plane.read<{ incidents: Incident[] }>('/v1/incidents');
  const [only, ...more] = incidents;
  if (only === undefined || more.length > 0) throw new Error(`${incidents.length} incidents are known; wanted 1`);
  return only;
}

/** The newest value of an instant query; undefined when nothing answers to it. */
async function value({ prometheus }: Peers, query: string): Promise<string | undefined> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
  const body = (await answer.json()) as { error?: string; data?: { result: { value: [number, string] }[] } };
  if (body.data === undefined) throw new Error(`Prometheus does not understand ${query}: ${body.error}`);
  return body.data.result[0]?.value[1];
}

/** Of a minute that is over, so this waits for one when the rest went fast. */
async function scrapeIsWhole(stage: Stage, plane: Plane): Promise<void> {
  await eventually(stage, 60, async () => {
    const scrape = await plane.scrape();
    const there = scrapedMetrics(scrape);
    same(
      namedMetrics().filter((name) => !there.has(name)),
      [],
      'metrics that are named, but not scraped',
    );
    await wellFormed(stage, scrape);
  });
}
