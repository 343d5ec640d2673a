import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBed, parent, type Bed, type Transport } from '../../sandbox/gcp/test-bed.ts';
import type { GcpOptions } from '../../sandbox/gcp/index.ts';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
  type CloudTarget,
} from '../../shared/ports/cloud-target.ts';
import { createApi, type RunApi } from './gcp-api.ts';
import { command } from './given.ts';
import type { GcpSettings } from './settings.ts';
import { createTarget } from './target.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The same API, with every call written down. */
function recorded(api: RunApi, calls: string[]): RunApi {
  const methods = Object.entries(api).map(([name, method]: [string, (...given: never[]) => unknown]) => [
    name,
    (...given: never[]) => {
      calls.push(name);
      return method(...given);
    },
  ]);
  return Object.fromEntries(methods) as RunApi;
}

interface Under {
  readonly bed: Bed;
  readonly calls: string[];
  readonly target: CloudTarget;
  /** The same deployer as somebody else would run it, with calls of its own. */
  readonly api: RunApi;
}

async function open(
  transport: Transport,
  { cloud = {}, settings = {} }: { cloud?: Partial<GcpOptions>; settings?: Partial<GcpSettings> } = {},
): Promise<Under> {
  const bed = await openBed(cloud);
  const endpoint = bed.face.endpoints[transport === 'rest' ? 'run' : 'runGrpc'] ?? '';
  const all: GcpSettings = { project: 'demo-project', transport, endpoint, retryDelayMs: 0, ...settings };
  const api = createApi(all);
  const calls: string[] = [];
  closers.push(
    () => bed.close(),
    () => api.close(),
  );
  return { bed, calls, api, target: createTarget(recorded(api, calls), all) };
}

describe.each<Transport>(['rest', 'grpc'])('target over %s', (transport) => {
  let under: Under;
  beforeEach(async () => {
    under = await open(transport);
  });

  const deployed = async (wish = command()) => {
    await under.target.apply(wish);
    await under.bed.clock.advance(5_000);
    under.calls.length = 0;
  };
  const somebodyElse = () => under.bed.clients(transport).services;
  const name = `${parent}/services/shop-web`;

  it('costs two reads and at most one write', async () => {
    const wish = command();
    await under.target.apply(wish);
    expect(under.calls.splice(0)).toEqual(['get', 'get', 'create']);
    await under.bed.clock.advance(5_000);
    await under.target.apply(wish);
    expect(under.calls.splice(0)).toEqual(['get', 'get']);
    await under.target.apply(command({ replicas: 3 }, { generation: 2 }));
    expect(under.calls.splice(0)).toEqual(['get', 'get', 'update']);
    await under.target.observe(wish);
    expect(under.calls.splice(0)).toEqual(['get', 'get']);
    await under.target.remove({ ...wish, generation: 2 });
    expect(under.calls.splice(0)).toEqual(['get', 'get', 'remove']);
    await under.target.list('europe-west1');
    expect(under.calls).toEqual(['list', 'list']);
  });

  it('scales without a new revision', async () => {
    await deployed();
    const read = async () => (await somebodyElse().getService({ name }))[0].latestReadyRevision;
    const before = await read();
    await deployed(command({ replicas: 5 }, { generation: 2 }));
    expect(await read()).toBe(before);
  });

  it('scaled to zero is ready with none of none', async () => {
    await deployed(command({ replicas: 0 }));
    expect(await under.target.observe(command())).toMatchObject({ phase: 'ready', replicas: { desired: 0, ready: 0 } });
  });

  it('leaves alone what has its name but is not ours', async () => {
    const template = { containers: [{ image: 'docker.io/somebody/else:1' }] };
    await somebodyElse().createService({ parent, serviceId: 'shop-web', service: { template } });
    await under.bed.clock.advance(5_000);
    await expect(under.target.apply(command())).rejects.toThrow(InvalidSpec);
    await expect(under.target.apply(command())).rejects.toThrow(
      /services\/shop-web exists and does not carry our labels/,
    );
    expect(await under.target.observe(command())).toMatchObject({ phase: 'absent' });
    expect(await under.target.remove(command())).toMatchObject({ phase: 'absent' });
    expect(await under.target.list('europe-west1')).toEqual([]);
    expect(under.bed.face.resources()).toHaveLength(1);
  });

  it('owes a command for a name that is still being deleted', async () => {
    await deployed();
    await under.target.remove(command());
    const again = command({}, { generation: 2 });
    const error: unknown = await under.target.apply(again).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Throttled);
    expect(error).toMatchObject({
      retryAfterMs: 2_000,
      message: expect.stringContaining('still being deleted') as string,
    });
    await under.bed.clock.advance(5_000);
    expect(await under.target.apply(again)).toMatchObject({ phase: 'progressing' });
  });

  it('decides anew when somebody was faster, and gives up after three rounds', async () => {
    await deployed();
    const meddling = somebodyElse();
    let rounds = 0;
    const racing: RunApi = {
      ...under.api,
      async update(resource) {
        if (++rounds <= 3) {
          const [{ labels: before }] = await meddling.getService({ name });
          const labels = { ...before, round: String(rounds) };
          await meddling.updateService({ service: { name, labels }, updateMask: { paths: ['labels'] } });
        }
        await under.api.update(resource);
      },
    };
    const target = createTarget(racing, { project: 'demo-project' });
    const wish = command({ replicas: 4 }, { generation: 5 });
    await expect(target.apply(wish)).rejects.toThrow(/changed under us 3 times: the command is still owed/);
    expect(rounds).toBe(3);
    expect(await target.apply(wish)).toMatchObject({ phase: 'progressing', reason: 'Applied' });
  });

  it('does not delete what a newer command has just changed', async () => {
    await deployed();
    const racing: RunApi = {
      ...under.api,
      async remove(kind, resource, etag) {
        await under.target.apply(command({}, { generation: 2 }));
        await under.api.remove(kind, resource, etag);
      },
    };
    const report = await createTarget(racing, { project: 'demo-project' }).remove(command());
    expect(report).toMatchObject({ phase: 'stale', reason: 'StaleGeneration' });
    expect(under.bed.face.resources()).toHaveLength(1);
  });

  it('tells why a revision failed, with one read more, and tries again when told again', async () => {
    under.bed.faults.add({ kind: 'unhealthy', cloud: 'gcp' });
    await under.target.apply(command());
    await under.bed.clock.advance(300_000);
    under.calls.length = 0;
    const report = await under.target.observe(command());
    expect(report).toMatchObject({ phase: 'failed', reason: 'Unhealthy', replicas: { desired: 2, ready: 0 } });
    expect(report.message).toContain('failed to start and listen');
    expect(under.calls).toEqual(['get', 'get', 'revision']);
    under.bed.faults.clear();
    expect(await under.target.apply(command())).toMatchObject({ phase: 'progressing', reason: 'Applied' });
    await under.bed.clock.advance(5_000);
    expect(await under.target.observe(command())).toMatchObject({ phase: 'ready' });
  });

  it('shows a service that was left beside its worker pool, and removes it by the same command', async () => {
    await deployed();
    const pool = command({ ports: [] }, { generation: 2, specHash: 'feedfacefeedface' });
    under.bed.faults.add({ kind: 'api-error', cloud: 'gcp', operation: 'DeleteService' });
    await expect(under.target.apply(pool)).rejects.toThrow(CloudUnreachable);
    await under.bed.clock.advance(5_000);
    const report = await under.target.observe(pool);
    expect(report).toMatchObject({ generation: 2, phase: 'ready' });
    expect(report.drift).toEqual([expect.stringMatching(/services\/shop-web of an earlier generation/)]);
    under.bed.faults.clear();
    expect(await under.target.apply(pool)).toMatchObject({ phase: 'ready', reason: 'AlreadySo' });
    await under.bed.clock.advance(5_000);
    expect(under.bed.face.resources().map(({ type }) => type)).toEqual(['run.googleapis.com/WorkerPool']);
  });

  it('tries a call that found nobody once more', async () => {
    under.bed.faults.add({ kind: 'api-error', cloud: 'gcp', operation: 'CreateService', times: 1 });
    expect(await under.target.apply(command())).toMatchObject({ phase: 'progressing' });
  });

  it('refuses an image Cloud Run cannot pull, and says what to do', async () => {
    const wish = command({ image: 'ghcr.io/acme/web:1' });
    await expect(under.target.apply(wish)).rejects.toThrow(InvalidSpec);
    await expect(under.target.apply(wish)).rejects.toThrow(/ghcr\.io\/acme\/web:1.*remoteRepositories/s);
    expect(under.bed.face.resources()).toEqual([]);
  });

  it('a region nobody has is TargetNotFound', async () => {
    const wish = command({}, { target: 'gcp/mars-north1/cloud-run' });
    await expect(under.target.apply(wish)).rejects.toThrow(TargetNotFound);
  });

  it('a call without a token is Unauthorized where one is wanted', async () => {
    const { target } = await open(transport, { cloud: { requireToken: true } });
    await expect(target.observe(command())).rejects.toThrow(Unauthorized);
  });

  it('lists more than a page holds', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `web${index}`);
    const { target } = under;
    for (const service of names) await target.apply(command({}, { service }));
    const pool = command({ ports: [] }, { service: 'mailer' });
    await target.apply(pool);
    const found = (await target.list('europe-west1')).map(({ service }) => service);
    expect(found.sort()).toEqual([...names, 'mailer'].sort());
  });

  it('a used-up quota of services is CapacityExhausted', async () => {
    const { target } = await open(transport, { cloud: { quotas: { servicesPerRegion: 1 } } });
    await target.apply(command());
    await expect(target.apply(command({}, { service: 'api' }))).rejects.toThrow(CapacityExhausted);
  });

  it('a server that never answers is CloudUnreachable once the time is up', async () => {
    const mute: Server = transport === 'rest' ? createHttpServer(() => {}) : createTcpServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const sockets = new Set<{ destroy(): unknown }>();
    mute.on('connection', (socket) => sockets.add(socket));
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => mute.close(resolve));
    });
    const { port } = mute.address() as AddressInfo;
    const settings = { endpoint: `http://127.0.0.1:${port}`, requestTimeoutMs: 50 };
    const { target } = await open(transport, { settings });
    await expect(target.observe(command())).rejects.toThrow(CloudUnreachable);
  });
});
