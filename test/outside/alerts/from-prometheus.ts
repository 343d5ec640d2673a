import { request } from 'node:http';
import { eventually, same, type Stage } from '../check.ts';
import type { Plane } from '../stand-ins.ts';
import type { Peers } from './peers.ts';

/** The sandbox's workload counts its requests under a name of its own, and says where it stands. */
const counted = 'sum by ({{by}}) (increase(workload_requests_total{{{selector}}}[1m]))';
const asked = 'sum(increase(workload_requests_total{application="measured"}[1m]))';
/** Told by no cloud of the sandbox: what is shown of it, Prometheus told. */
const proof = 'container.memory.usage';
const instances = 'sum by ({{by}}) (workload_info{{{selector}}})';

/** The Prometheus of this check, as the configuration names one; queries that find nothing stay as they are shipped. */
export const watching = (port: number) => ({
  name: 'watching',
  url: `http://127.0.0.1:${port}`,
  targets: ['gcp'],
  labels: { cloud: 'cloud', region: 'region' },
  queries: { 'http.server.request.count': counted, [proof]: instances },
});

interface Scene {
  readonly plane: Plane;
  readonly peers: Peers;
}

/** Requests to the workload, by its name, through the gateway: in two parts, because a counter's first value is no increase. */
export async function sendRequests(stage: Stage, { plane, peers }: Scene): Promise<void> {
  for (const part of [1, 2]) {
    for (let sent = 0; sent < 30; sent += 1) await sendOne(stage, plane);
    await eventually(stage, 10, async () => {
      const [seen = 0] = await ask(peers, total);
      if (seen < 30 * part) throw new Error(`Prometheus has seen ${seen} requests of ${30 * part} or more`);
    });
  }
}

const total = 'sum(workload_requests_total{application="measured"})';

function sendOne({ signal }: Stage, { gatewayPort: port }: Plane): Promise<void> {
  const headers = { host: `web.measured.localhost:${port}` };
  return new Promise((answered, failed) => {
    request({ host: '127.0.0.1', port, path: '/', headers, signal }, (response) => {
      response.resume().on('end', () => answered());
    })
      .on('error', failed)
      .end();
  });
}

type Point = readonly [second: number, value: number];
interface Shown {
  readonly services: readonly {
    readonly place: string;
    readonly metrics: readonly { readonly metric: string; readonly points: readonly Point[] }[];
  }[];
}

/** Every minute shown of the workload is, to the request, what Prometheus answers to the same question about that minute. */
export async function showsTheSame(stage: Stage, { plane, peers }: Scene): Promise<void> {
  await eventually(stage, 75, async () => {
    const { services } = await plane.read<Shown>('/v1/metrics/services?application=measured&service=web');
    const metrics = services.find(({ place }) => place.startsWith('gcp/'))?.metrics ?? [];
    const of = (name: string): readonly Point[] => metrics.find(({ metric }) => metric === name)?.points ?? [];
    const told = new Set(of(proof).map(([second]) => second));
    const requests = of('http.server.request.count').filter(([second]) => told.has(second));
    if (!requests.some(([, value]) => value > 0)) throw new Error(`no requests are shown: ${JSON.stringify(metrics)}`);
    for (const [second, value] of requests) {
      const [wanted = Number.NaN] = await ask(peers, asked, second + 60);
      same(value, Math.round(wanted), `requests of minute ${second}`);
    }
    stage.log(`minutes as Prometheus has them: ${JSON.stringify(requests)}\n`);
  });
}

async function ask({ prometheus }: Peers, query: string, at?: number): Promise<readonly number[]> {
  const time = at === undefined ? '' : `&time=${at}`;
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}${time}`);
  const { data } = (await answer.json()) as {
    readonly data?: { readonly result: readonly { value: [number, string] }[] };
  };
  return (data?.result ?? []).map(({ value: [, value] }) => Number(value));
}
