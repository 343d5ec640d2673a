import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './check.ts';
import { must, start, type Variables } from './command.ts';

/** Where the sandbox clouds listen. */
export interface Clouds {
  readonly aws: string;
  readonly azure: string;
  readonly gcp: string;
  readonly control: string;
  /** File with the certificate of the sandbox's own authority. */
  readonly caFile: string;
}

/** The sandbox alone, as `node sandbox/main.ts` starts it, on free ports. */
export async function startClouds(stage: Stage): Promise<Clouds> {
  const program = start(stage, [process.execPath, 'sandbox/main.ts', '--speed', 'instant', '--workloads', 'process']);
  const [line] = await program.line(/^\{"ready":true.*$/);
  const { endpoints, ca } = JSON.parse(line) as {
    readonly endpoints: {
      readonly aws: { readonly ecs: string };
      readonly azure: { readonly arm: string };
      readonly gcp: { readonly run: string };
      readonly control: { readonly url: string };
    };
    readonly ca: string;
  };
  const caFile = join(stage.folder, 'ca.pem');
  writeFileSync(caFile, ca);
  const { aws, azure, gcp, control } = endpoints;
  return { aws: aws.ecs, azure: azure.arm, gcp: gcp.run, control: control.url, caFile };
}

export interface Deployment {
  readonly service: string;
  readonly target: string;
  readonly ready: string;
  readonly endpoint?: string;
  readonly replicas: { readonly desired: number; readonly ready: number };
}

export interface Plane {
  readonly clouds: Clouds;
  readonly gatewayPort: number;
  /** Of the API, and the file with the token for it. */
  readonly url: string;
  readonly tokenFile: string;
  /** @returns what a GET of the API answers. @throws Error when it is no 2xx. */
  read<T>(path: string): Promise<T>;
  /** @returns what `GET /metrics` answers. */
  scrape(): Promise<string>;
  /** Runs `homeostasis …`. @returns its standard output. @throws Error when it does not exit with 0. */
  homeostasis(...args: string[]): Promise<string>;
  deployments(application: string): Promise<readonly Deployment[]>;
  /** Messages of every `deployment.drifted` so far. */
  drifts(): Promise<readonly string[]>;
}

export interface PlaneOptions {
  readonly workloads: 'process' | 'containers';
  readonly variables?: Variables;
  /** File with the configuration. */
  readonly config?: string;
}

const program = [process.execPath, 'cli/bin/homeostasis.mjs'];

/** The whole control plane as a person starts it, `homeostasis serve --sandbox`, on free ports and a data folder of its own. */
export async function startPlane(stage: Stage, { workloads, variables = {}, config }: PlaneOptions): Promise<Plane> {
  const data = join(stage.folder, 'data');
  const ports = ['--port', '0', '--gateway-port', '0'];
  const how = ['--data', data, '--speed', 'instant', '--workloads', workloads];
  const more = config === undefined ? [] : ['--config', config];
  const served = start(stage, [...program, 'serve', '--sandbox', ...ports, ...how, ...more], variables);
  const [, url = ''] = await served.line(/control plane +(http:\S+)/);
  const [, gatewayPort] = await served.line(/gateway +http:.*:(\d+)/);
  const addresses = JSON.parse(readFileSync(join(data, 'sandbox.json'), 'utf8')) as Omit<Clouds, 'caFile'>;
  const caFile = join(stage.folder, 'ca.pem');
  writeFileSync(caFile, await (await fetch(`${addresses.control}/ca.pem`, { signal: stage.signal })).text());
  const own = { HOMEOSTASIS_URL: url, HOMEOSTASIS_DATA: data };
  const homeostasis = (...args: string[]) => must(stage, [...program, ...args], own);
  const tokenFile = join(data, 'token');
  const token = readFileSync(tokenFile, 'utf8').trim();
  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stage.signal,
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const read = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
  return {
    clouds: { ...addresses, caFile },
    gatewayPort: Number(gatewayPort),
    url,
    tokenFile,
    read,
    scrape: async () => (await get('/metrics')).text(),
    homeostasis,
    async deployments(application) {
      const path = `/v1/deployments?application=${application}`;
      return (await read<{ readonly deployments: readonly Deployment[] }>(path)).deployments;
    },
    async drifts() {
      const lines = await homeostasis('events', '--type', 'dev.homeostasis.deployment.drifted.v1', '--json');
      const messages = lines.split('\n').filter((line) => line !== '');
      return messages.map((line) => (JSON.parse(line) as { event: { data: { message: string } } }).event.data.message);
    },
  };
}
