import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { image, openBed, parent } from '../test-bed.ts';
import type { Bed } from '../test-bed.ts';

interface V1 {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
    readonly annotations: Record<string, string>;
    readonly labels: Record<string, string>;
  };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Record<string, string> };
      readonly spec: { readonly containers: readonly object[]; readonly timeoutSeconds: number };
    };
  };
  readonly status: {
    readonly url?: string;
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
    readonly latestReadyRevisionName?: string;
  };
  readonly items: readonly V1[];
  readonly unreachable: readonly string[];
  readonly error: { readonly code: number; readonly status: string; readonly message: string };
  readonly done?: boolean;
  readonly response?: { readonly kind: string };
}

describe('the v1 (Knative) view', () => {
  let bed: Bed;
  beforeEach(async () => void (bed = await openBed()));
  afterEach(() => bed.close());

  /** As gcloud calls through an HTTP proxy: the request line has the whole URL, and the host names the region. */
  const call = (method: string, path: string, body?: object, region = 'europe-west1-'): Promise<V1> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(bed.rest);
      const sent = request(
        { hostname, port, method, path: `http://${region}run.test${path}`, headers: { host: `${region}run.test` } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as V1));
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? '' : JSON.stringify(body));
    });

  const base = '/apis/serving.knative.dev/v1/namespaces/demo-project';
  const manifest = (extra: object = {}, annotations: object = {}) => ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'demo-project',
      labels: { team: 'checkout' },
      annotations: { 'run.googleapis.com/ingress': 'internal' },
    },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/maxScale': '3', ...annotations } },
        spec: { timeoutSeconds: 60, containers: [{ image, ...extra }] },
      },
    },
  });
  const ready = (service: V1) => service.status.conditions.find((condition) => condition.type === 'Ready');

  it('shows one service in both versions, field by field', async () => {
    const created = await call(
      'POST',
      `${base}/services`,
      manifest({}, { 'run.googleapis.com/cpu-throttling': 'false' }),
    );
    expect(ready(created)?.status).toBe('Unknown');
    const operation = created.metadata.annotations['run.googleapis.com/operation-id'];
    await bed.clock.advance(1000);
    const waited = await call('POST', `/v1/${parent}/operations/${operation}:wait`, { timeout: '30s' }, '');
    expect(waited).toMatchObject({ done: true, response: { kind: 'Service' } });
    const read = await call('GET', `${base}/services/web`);
    expect(ready(read)?.status).toBe('True');
    expect(read.metadata.labels).toMatchObject({ team: 'checkout', 'cloud.googleapis.com/location': 'europe-west1' });
    expect(read.spec.template.metadata.annotations).toMatchObject({
      'autoscaling.knative.dev/maxScale': '3',
      'run.googleapis.com/cpu-throttling': 'false',
    });
    const [v2] = await bed.clients('rest').services.getService({ name: `${parent}/services/web` });
    expect(v2).toMatchObject({
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      uri: read.status.url,
      labels: { team: 'checkout' },
    });
    expect(v2.template).toMatchObject({
      scaling: { maxInstanceCount: 3 },
      containers: [{ image, resources: { cpuIdle: false } }],
    });
  });

  it('replaces under its resource version, and makes no revision for a read-modify-write that changes nothing', async () => {
    await call('POST', `${base}/services`, manifest());
    await bed.clock.advance(1000);
    const read = await call('GET', `${base}/services/web`);
    expect(await call('PUT', `${base}/services/web`, read)).toMatchObject({ metadata: { generation: 1 } });
    const next = {
      ...manifest({ args: ['--new'] }),
      metadata: { ...manifest().metadata, resourceVersion: read.metadata.resourceVersion },
    };
    expect(await call('PUT', `${base}/services/web`, next)).toMatchObject({ metadata: { generation: 2 } });
    expect(await call('PUT', `${base}/services/web`, next)).toMatchObject({ error: { code: 409, status: 'ABORTED' } });
    await bed.clock.advance(1000);
    const list = await call(
      'GET',
      `${base}/revisions?labelSelector=${encodeURIComponent('serving.knative.dev/service = web')}`,
    );
    expect(list.items.map((revision) => revision.metadata.name.slice(0, 9))).toEqual(['web-00002', 'web-00001']);
  });

  it('stores nothing on a dry run, and deletes in its own time', async () => {
    await call('POST', `${base}/services?dryRun=all`, manifest());
    expect(bed.face.resources()).toEqual([]);
    await call('POST', `${base}/services`, manifest());
    await call('DELETE', `${base}/services/web`);
    expect((await call('GET', `${base}/services/web`)).metadata.deletionTimestamp).toBeTruthy();
    await bed.clock.advance(500);
    expect(await call('GET', `${base}/services/web`)).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
  });

  it('lists over all regions and names the one that is down', async () => {
    await call('POST', `${base}/services`, manifest());
    await call('POST', `${base}/services`, manifest(), 'us-east1-');
    const all = () => call('GET', '/v1/projects/demo-project/locations/-/services', undefined, '');
    expect((await all()).items).toHaveLength(2);
    bed.faults.add({ kind: 'region-down', cloud: 'gcp', region: 'us-east1' });
    const rest = await all();
    expect(rest.items).toHaveLength(1);
    expect(rest.unreachable).toEqual(['us-east1']);
    await expect(call('GET', `${base}/services/web`, undefined, 'us-east1-')).rejects.toThrow(
      /socket hang up|ECONNRESET/,
    );
  });

  it('tells a failed revision by its conditions', async () => {
    bed.faults.add({ kind: 'capacity', cloud: 'gcp' });
    await call('POST', `${base}/services`, manifest());
    await bed.clock.advance(1000);
    expect(ready(await call('GET', `${base}/services/web`))).toMatchObject({
      status: 'False',
      reason: 'RevisionFailed',
    });
  });

  it.each([
    [{ ...manifest(), colour: 'red' }, `Unknown name "colour" at 'service': Cannot find field.`],
    [manifest({ imagine: 1 }), `Unknown name "imagine" at 'service.spec.template.spec.containers[0]'`],
    [manifest({ args: 'one' }), `Invalid value at 'service.spec.template.spec.containers[0].args'`],
    [{ ...manifest(), constructor: {} }, `Unknown name "constructor"`],
    [{ ...manifest(), kind: 'Pod' }, "must be 'Service'"],
    [manifest({}, { 'autoscaling.knative.dev/minScale': 'two' }), 'is not a number of instances'],
    [manifest({ resources: { limits: { cpu: '4', memory: '512Mi' } } }), 'memory must be between 2Gi and 16Gi'],
  ])('refuses %j', async (body, message) => {
    const answer = await call('POST', `${base}/services`, body);
    expect(answer.error).toMatchObject({
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message) as string,
    });
  });

  it('wants a region in the host', async () => {
    expect(await call('GET', `${base}/services`, undefined, '')).toMatchObject({
      error: { code: 400, message: expect.stringContaining('names no region') as string },
    });
  });
});
