import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { eventually, type Stage } from '../check.ts';
import { root, start } from '../command.ts';
import { find, programs } from '../programs.ts';
import type { Plane } from '../stand-ins.ts';
import { files } from './shipped.ts';

/** The real Prometheus and Alertmanager, with the files that we ship. */
export interface Peers {
  readonly prometheus: string;
  readonly alertmanager: string;
}

interface ScrapeJob {
  job_name: string;
  scrape_interval: string;
  proxy_url?: string;
  authorization?: { credentials_file: string };
  static_configs: { targets: string[]; labels?: Record<string, string> }[];
}

export interface Rules {
  groups: { name: string; interval?: string; rules: { alert?: string; expr: string; for?: string }[] }[];
}

interface AlertmanagerConfig {
  route: { routes: { receiver: string; group_interval: string }[] };
  receivers: {
    name: string;
    webhook_configs?: { url: string; http_config: { authorization: { credentials_file: string } } }[];
  }[];
}

export const hookToken = 'a-token-of-the-alerts-check';

/** Starts both on loopback, told everything once a second: as shipped, but for addresses, tokens and how long they wait. */
export async function startPeers(stage: Stage, plane: Plane, prometheusPort: number): Promise<Peers> {
  const alertmanagerPort = await freePort();
  await startAlertmanager(stage, plane, alertmanagerPort);
  await startPrometheus(stage, plane, { port: prometheusPort, alertmanager: `127.0.0.1:${alertmanagerPort}` });
  return { prometheus: `http://127.0.0.1:${prometheusPort}`, alertmanager: `http://127.0.0.1:${alertmanagerPort}` };
}

async function startAlertmanager(stage: Stage, plane: Plane, port: number): Promise<void> {
  const config = read<AlertmanagerConfig>(files.alertmanager);
  for (const route of config.route.routes) route.group_interval = '1s';
  const tokenFile = write(stage, 'hook-token', hookToken);
  for (const { webhook_configs: hooks = [] } of config.receivers) {
    for (const hook of hooks) {
      hook.url = hook.url.replace('http://127.0.0.1:4600', plane.url);
      hook.http_config.authorization.credentials_file = tokenFile;
    }
  }
  const file = write(stage, 'alertmanager.yaml', stringify(config));
  start(stage, [
    find(programs.alertmanager, process.env) ?? 'alertmanager',
    `--config.file=${file}`,
    `--storage.path=${folder(stage, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // No peers: it would listen on every address for them.
    '--cluster.listen-address=',
    '--log.level=warn',
  ]);
  await ready(stage, port, 'Alertmanager');
}

interface At {
  readonly port: number;
  readonly alertmanager: string;
}

async function startPrometheus(stage: Stage, plane: Plane, { port, alertmanager }: At): Promise<void> {
  const scrape = read<{ scrape_configs: ScrapeJob[] }>(files.scrape);
  for (const job of scrape.scrape_configs) aim(job, plane);
  const rules = read<Rules>(files.rules);
  for (const rule of rules.groups.flatMap((group) => group.rules)) if (rule.for !== undefined) rule.for = '1s';
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [write(stage, 'rules.yaml', stringify(rules))],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    ...scrape,
  };
  start(stage, [
    'prometheus',
    `--config.file=${write(stage, 'prometheus.yaml', stringify(config))}`,
    `--storage.tsdb.path=${folder(stage, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ]);
  await ready(stage, port, 'Prometheus');
}

function aim(job: ScrapeJob, plane: Plane): void {
  job.scrape_interval = '1s';
  if (job.authorization !== undefined) job.authorization.credentials_file = plane.tokenFile;
  if (job.proxy_url === undefined) {
    job.static_configs = [{ targets: [new URL(plane.url).host] }];
    return;
  }
  const port = String(plane.gatewayPort);
  job.proxy_url = `http://127.0.0.1:${port}`;
  job.static_configs = ['watched', 'measured'].map((application) => ({
    targets: [`web.${application}.localhost:${port}`],
    labels: { application, service: 'web' },
  }));
}

const read = <T>(file: string): T => parse(readFileSync(join(root, file), 'utf8')) as T;

function write(stage: Stage, name: string, text: string): string {
  const file = join(stage.folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function folder(stage: Stage, name: string): string {
  const path = join(stage.folder, name);
  mkdirSync(path);
  return path;
}

const ready = (stage: Stage, port: number, name: string): Promise<void> =>
  eventually(stage, 20, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: stage.signal });
    if (!answer.ok) throw new Error(`${name} is not ready: ${answer.status}`);
  });

/** Neither program takes port 0 and says which one it got. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
