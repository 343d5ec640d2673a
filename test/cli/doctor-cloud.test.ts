import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { probeLinks, type Link } from '../../cli/commands/doctor-cloud.ts';
import { listen } from '../../cli/serve/listen.ts';
import { followEvents } from '../../cli/stream.ts';
import { createApp } from '../../services/ingress/app.ts';
import { holdersOf } from '../../services/ingress/auth.ts';
import type { IngressPorts } from '../../services/ingress/ports.ts';
import { createMemoryRuntime, systemTimer } from '../../shared/adapters/memory/index.ts';
import { surveyHandler } from '../../shared/pipeline/deployer-handlers.ts';
import { patternOf } from '../../shared/pipeline/handler.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { CloudUnreachable, Unauthorized, type CloudTarget } from '../../shared/ports/cloud-target.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { run } from './run.ts';

const clock = { now: () => Date.now() };
const token = 'doctor-token';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type List = CloudTarget['list'];
const nothingThere: List = () => Promise.resolve([]);
const broken = Object.assign(new Error('AADSTS700213: no federated identity matches'), {
  name: 'Refused',
  terminal: true,
});

interface Stage {
  readonly lists: Readonly<Record<string, List | 'dead'>>;
  readonly streaming?: IngressPorts['streaming'];
}

/** A control plane with deployers as told, over real HTTP. */
async function plane({ lists, streaming = 'live' }: Stage) {
  const runtime = createMemoryRuntime({ clock, timer: systemTimer });
  const { bus } = runtime;
  for (const [cloud, list] of Object.entries(lists)) {
    const refuse = () => Promise.reject(new Error('not asked for'));
    const target = { list, apply: refuse, observe: refuse, remove: refuse } as unknown as CloudTarget;
    const handler = surveyHandler(cloud as 'aws', target);
    bus.subscribe({
      consumer: handler.consumer,
      pattern: patternOf(handler),
      deliver: (event) => (list === 'dead' ? Promise.reject(broken) : processStateless(handler, event, { bus, clock })),
    });
  }
  const app = createApp({
    ...runtime,
    clock,
    newId: randomUUID,
    identify: holdersOf([token]),
    streaming,
    regions: () =>
      Promise.resolve({
        aws: ['aws/eu-west-1', 'aws/us-east-1'],
        azure: ['azure/northeurope'],
        gcp: ['gcp/europe-west1'],
      }),
    hosts: ['127.0.0.1'],
    logger: silentLogger,
    routes: [],
    status: () => ({}),
  });
  const api = await listen(app.fetch, { host: '127.0.0.1', port: 0, flag: '--port' });
  await bus.start();
  closers.push(
    () => api.close(),
    () => bus.stop(),
  );
  return { url: `http://127.0.0.1:${api.port}`, token, bus };
}

const shown = (links: readonly Link[]) =>
  links.map(({ scope, ok, detail }) => `${ok ? 'ok' : 'FAIL'} ${scope}: ${detail}`).sort();

const mixed: Stage['lists'] = {
  aws: nothingThere,
  azure: () => Promise.reject(new Unauthorized('no role on the resource group')),
  gcp: () => Promise.reject(new CloudUnreachable('no route to run.googleapis.com')),
};
const wanted = [
  'FAIL azure/northeurope: Unauthorized: no role on the resource group',
  'FAIL gcp/europe-west1: CloudUnreachable: no route to run.googleapis.com',
  'ok aws/eu-west-1: 0 of ours found',
];

describe('a round trip to every cloud', () => {
  const polling = { holdMs: 50, everyMs: 10, wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) };

  it.each([
    ['live', 'live'],
    ['by polling, as on the hub', polling],
  ] as const)('says what was found, or what is missing: %s', async (_, streaming) => {
    const connection = await plane({ lists: mixed, streaming });
    const links = await probeLinks(connection, { scopes: [], timeoutSeconds: 20 });
    expect(shown(links)).toEqual(wanted);
    expect(links.every(({ milliseconds = -1 }) => milliseconds >= 0)).toBe(true);
  });

  it('says how far the command came when nothing comes back', async () => {
    const connection = await plane({ lists: { azure: 'dead' } });
    expect(shown(await probeLinks(connection, { scopes: ['azure', 'gcp'], timeoutSeconds: 1 }))).toEqual([
      'FAIL azure/northeurope: deployer-azure/on-target-survey failed: Refused: AADSTS700213: no federated identity matches',
      expect.stringMatching(
        /^FAIL gcp\/europe-west1: the command is out, and no answer came within 1 s: see the log of deployer-gcp/,
      ) as unknown,
    ]);
  });

  it('is a command with an exit code, for people and for programs', async () => {
    const { url } = await plane({ lists: mixed });
    const env = { HOMEOSTASIS_URL: url, HOMEOSTASIS_TOKEN_COMMAND: `echo ${token}` };
    const all = await run(['doctor', '--cloud'], env);
    expect(all).toMatchObject({ code: 1, stderr: '' });
    expect(
      all.stdout
        .replaceAll(/ in \d+\.\d s/g, '')
        .trim()
        .split('\n')
        .sort(),
    ).toEqual(wanted.map((line) => line.replace(/^ok /, 'ok   ')));
    const one = await run(['doctor', '--cloud', 'aws/us-east-1', '--json'], env);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(one.stdout)).toMatchObject({
      links: [{ scope: 'aws/us-east-1', ok: true, detail: '0 of ours found' }],
    });
  });

  it.each([
    [['doctor', '--cloud', 'mars'], /scope "mars" is not enabled here; .*aws\/eu-west-1/],
    [['doctor', 'aws'], /scopes are for doctor --cloud/],
    [['doctor', '--cloud', '--timeout', '0'], /--timeout: found "0"/],
  ])('%j is bad input', async (args, complaint) => {
    const { url } = await plane({ lists: {} });
    const ran = await run(args, { HOMEOSTASIS_URL: url, HOMEOSTASIS_TOKEN: token });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(complaint) as unknown });
  });
});

describe('following where nothing streams', () => {
  it('loses and repeats nothing', async () => {
    const asked: string[] = [];
    const wait = () => new Promise<void>((done) => setImmediate(done));
    const { bus, ...connection } = await plane({ lists: {}, streaming: { holdMs: 0, everyMs: 1, wait } });
    const say = (id: string, type: string) =>
      bus.publish([
        {
          event: {
            specversion: '1.0',
            id,
            source: '/t',
            type,
            time: '2026-11-21T08:00:00Z',
            datacontenttype: 'application/json',
            correlationid: id,
            data: {},
          },
        },
      ]);
    for (let i = 0; i < 5; i++) await say(`before-${i}`, 'other');
    const stop = new AbortController();
    await say('w0', 'wanted');
    for await (const { event, sequence } of followEvents(connection, { type: 'wanted' }, stop.signal)) {
      asked.push(`${sequence} ${event.id}`);
      if (asked.length === 3) stop.abort();
      else await say(`w${asked.length}`, 'wanted');
    }
    expect(asked).toEqual(['6 w0', '7 w1', '8 w2']);
  });
});
