import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, image, openBed, parent, plain } from './test-bed.ts';
import type { Bed, Clients, Transport } from './test-bed.ts';

const template = { containers: [{ image }] };
const name = `${parent}/services/web`;

/** Google's own clients over both transports: one suite, the same answers. */
describe.each<Transport>(['rest', 'grpc'])('@google-cloud/run over %s', (transport) => {
  let bed: Bed;
  let clients: Clients;

  beforeEach(async () => {
    bed = await openBed();
    clients = bed.clients(transport);
  });
  afterEach(() => bed.close());

  const create = async (serviceId = 'web', service: object = { template }) => {
    const [operation] = await clients.services.createService({ parent, serviceId, service });
    return operation;
  };

  it('creates, reports progress, and becomes ready with an address', async () => {
    const operation = await create('web', { template, labels: { app: 'shop' } });
    expect(operation.name).toMatch(/^projects\/demo-project\/locations\/europe-west1\/operations\/[0-9a-f-]{36}$/);

    const [pending] = await clients.services.getService({ name });
    expect(plain(pending)).toMatchObject({
      name,
      reconciling: true,
      latestReadyRevision: '',
      generation: '1',
      observedGeneration: '0',
    });
    expect(pending.terminalCondition).toMatchObject({ type: 'Ready', state: 'CONDITION_RECONCILING' });

    await bed.clock.advance(1000);
    expect((await operation.promise())[0].name).toBe(name);
    const [done] = await clients.services.getService({ name });
    expect(done.reconciling).toBe(false);
    expect(plain(done)).toMatchObject({
      name,
      generation: '1',
      observedGeneration: '1',
      labels: { app: 'shop' },
    });
    expect(done.terminalCondition).toMatchObject({ type: 'Ready', state: 'CONDITION_SUCCEEDED' });
    expect(done.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(done.latestReadyRevision).toBe(done.latestCreatedRevision);
    expect(done.latestReadyRevision).toMatch(new RegExp(`^${name}/revisions/web-00001-[a-z]{3}$`));
    expect(done.ingress).toBe('INGRESS_TRAFFIC_ALL');
    expect(done.template?.scaling).toMatchObject({ maxInstanceCount: 100 });
    expect(plain(done.template?.timeout)).toMatchObject({ seconds: '300' });
    expect(done.trafficStatuses).toMatchObject([{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }]);
  });

  it('keeps to the rules of operations: get, wait, list, delete', async () => {
    const operation = await create();
    const early = await clients.services.checkCreateServiceProgress(operation.name ?? '');
    expect(early.done).toBe(false);
    await bed.clock.advance(1000);
    const late = await clients.services.checkCreateServiceProgress(operation.name ?? '');
    expect(late.done).toBe(true);
    expect(late.result).toMatchObject({ name });
    const url = `${bed.rest}/v2/${operation.name}`;
    const listed = (await (await fetch(`${bed.rest}/v2/${parent}/operations`)).json()) as { operations: object[] };
    expect(listed.operations).toMatchObject([{ name: operation.name, done: true }]);
    expect((await fetch(`${url}:wait`, { method: 'POST', body: '{"timeout":"30s"}' })).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(url)).status).toBe(404);
  });

  it('refuses a second service of the same name, in any order of arrival', async () => {
    const ends = await Promise.allSettled([create(), create()]);
    expect(ends.filter((end) => end.status === 'rejected')).toHaveLength(1);
    const error = await failureOf(create());
    expect(error.code).toBe(6);
    expect(error.message).toContain('already exists');
  });

  it('answers NOT_FOUND for what is not there and PERMISSION_DENIED for a location nobody has', async () => {
    expect(await failureOf(clients.services.getService({ name }))).toMatchObject({ code: 5 });
    expect(await failureOf(clients.services.deleteService({ name }))).toMatchObject({ code: 5 });
    const nowhere = { name: 'projects/demo-project/locations/atlantis-1/services/web' };
    expect(await failureOf(clients.services.getService(nowhere))).toMatchObject({ code: 7 });
  });

  it('updates with a mask, makes a revision only when the template changes, and bumps the generation', async () => {
    await create('web', { template, labels: { app: 'shop' }, description: 'first' });
    await bed.clock.advance(1000);
    const updateMask = { paths: ['labels'] };
    const [relabel] = await clients.services.updateService({
      service: { name, labels: { app: 'other' }, description: 'ignored' },
      updateMask,
    });
    await bed.clock.advance(1000);
    const [relabelled] = await relabel.promise();
    expect(plain(relabelled)).toMatchObject({ labels: { app: 'other' }, description: 'first', generation: '2' });
    expect(relabelled.latestReadyRevision).toContain('web-00001-');

    const containers = [{ image, env: [{ name: 'MODE', value: 'b' }] }];
    const [change] = await clients.services.updateService({
      service: { name, template: { containers } },
      updateMask: { paths: ['template.containers'] },
    });
    const [during] = await clients.services.getService({ name });
    expect(during.latestCreatedRevision).toContain('web-00002-');
    expect(during.latestReadyRevision).toContain('web-00001-');
    await bed.clock.advance(1000);
    const [changed] = await change.promise();
    expect(changed.latestReadyRevision).toContain('web-00002-');
    expect(changed.uri).toBe(relabelled.uri);
    const [revisions] = await clients.revisions.listRevisions({ parent: name });
    expect(revisions.map((revision) => revision.name?.slice(name.length + 11, -4))).toEqual(['web-00002', 'web-00001']);
    const [revision] = await clients.revisions.getRevision({ name: revisions[0]?.name ?? '' });
    expect(revision.conditions).toMatchObject([{ type: 'Ready', state: 'CONDITION_SUCCEEDED' }, {}, {}]);
    expect(await failureOf(clients.revisions.deleteRevision({ name: revisions[0]?.name ?? '' }))).toMatchObject({
      code: 9,
    });
    const [gone] = await clients.revisions.deleteRevision({ name: revisions[1]?.name ?? '' });
    await gone.promise();
    expect((await clients.revisions.listRevisions({ parent: name }))[0]).toHaveLength(1);
  });

  it('guards writes with etags', async () => {
    await create();
    await bed.clock.advance(1000);
    const [read] = await clients.services.getService({ name });
    const [first] = await clients.services.updateService({ service: { ...read, labels: { step: 'one' } } });
    await bed.clock.advance(1000);
    await first.promise();
    const stale = clients.services.updateService({ service: { ...read, labels: { step: 'two' } } });
    expect(await failureOf(stale)).toMatchObject({ code: 10 });
    expect(await failureOf(clients.services.deleteService({ name, etag: read.etag ?? '' }))).toMatchObject({
      code: 10,
    });
  });

  it('creates on update when missing is allowed, and stores nothing when only validating', async () => {
    const absent = { service: { name, template } };
    expect(await failureOf(clients.services.updateService(absent))).toMatchObject({ code: 5 });
    const [checked] = await clients.services.updateService({ ...absent, allowMissing: true, validateOnly: true });
    expect((await checked.promise())[0]).toMatchObject({ name });
    expect(await failureOf(clients.services.getService({ name }))).toMatchObject({ code: 5 });
    await clients.services.updateService({ ...absent, allowMissing: true });
    expect((await clients.services.getService({ name }))[0]).toMatchObject({ name });
  });

  it('does nothing for an update that changes nothing', async () => {
    await create();
    await bed.clock.advance(1000);
    const [again] = await clients.services.updateService({ service: { name, template } });
    const [same] = await again.promise();
    expect(plain(same)).toMatchObject({ generation: '1' });
    expect(same.reconciling).toBe(false);
  });

  it('lists page by page, newest first, one region only', async () => {
    for (const id of ['one', 'two', 'three']) await create(id);
    const elsewhere = 'projects/demo-project/locations/us-east1';
    await clients.services.createService({ parent: elsewhere, serviceId: 'far', service: { template } });
    const [all] = await clients.services.listServices({ parent, pageSize: 2 });
    expect(all.map((service) => service.name?.split('/').at(-1))).toEqual(['three', 'two', 'one']);
    const [page, , answer] = await clients.services.listServices({ parent, pageSize: 2 }, { autoPaginate: false });
    expect(page).toHaveLength(2);
    const more = { parent: elsewhere, pageToken: answer?.nextPageToken ?? '' };
    expect(await failureOf(clients.services.listServices(more, { autoPaginate: false }))).toMatchObject({ code: 3 });
    expect((await clients.services.listServices({ parent: elsewhere }))[0]).toHaveLength(1);
  });

  it('deletes in its own time and can then be created again', async () => {
    await create();
    await bed.clock.advance(1000);
    const [operation] = await clients.services.deleteService({ name });
    const [leaving] = await clients.services.getService({ name });
    expect(leaving.deleteTime).toBeTruthy();
    expect(await failureOf(clients.services.updateService({ service: { name, template } }))).toMatchObject({ code: 9 });
    await bed.clock.advance(500);
    expect((await operation.promise())[0]).toMatchObject({ name });
    expect(await failureOf(clients.services.getService({ name }))).toMatchObject({ code: 5 });
    expect(bed.context.workloads.list()).toEqual([]);
    await create();
  });

  it('runs worker pools: no port, a count set by hand', async () => {
    const pool = `${parent}/workerPools/jobs`;
    const [operation] = await clients.pools.createWorkerPool({
      parent,
      workerPoolId: 'jobs',
      workerPool: { template, scaling: { manualInstanceCount: 3 } },
    });
    await bed.clock.advance(1000);
    const [done] = await operation.promise();
    expect(plain(done)).toMatchObject({ name: pool, scaling: { manualInstanceCount: 3 } });
    expect(done.instanceSplitStatuses).toMatchObject([{ percent: 100 }]);
    expect(bed.context.workloads.list()).toMatchObject([{ desired: 3, ready: 3 }]);
    const [scale] = await clients.pools.updateWorkerPool({
      workerPool: { name: pool, scaling: { manualInstanceCount: 0 } },
      updateMask: { paths: ['scaling'] },
    });
    await bed.clock.advance(1000);
    const [scaled] = await scale.promise();
    expect(scaled.scaling?.manualInstanceCount).toBe(0);
    expect(scaled.latestReadyRevision).toBe(done.latestReadyRevision);
    const ports = { template: { containers: [{ image, ports: [{ containerPort: 80 }] }] } };
    const refused = clients.pools.createWorkerPool({ parent, workerPoolId: 'web', workerPool: ports });
    expect(await failureOf(refused)).toMatchObject({ code: 3 });
    expect((await clients.pools.listWorkerPools({ parent }))[0]).toHaveLength(1);
    const [removal] = await clients.pools.deleteWorkerPool({ name: pool });
    await bed.clock.advance(500);
    await removal.promise();
    expect(bed.face.resources()).toEqual([]);
  });

  it('keeps an IAM policy per service, guarded by its etag', async () => {
    await create();
    const [before] = await clients.services.getIamPolicy({ resource: name });
    const bindings = [{ role: 'roles/run.invoker', members: ['allUsers'] }];
    const [set] = await clients.services.setIamPolicy({ resource: name, policy: { ...before, bindings } });
    expect(set.bindings).toMatchObject(bindings);
    expect(
      await failureOf(clients.services.setIamPolicy({ resource: name, policy: { ...before, bindings: [] } })),
    ).toMatchObject({ code: 10 });
    const wrong = { bindings: [{ role: 'roles/run.invoker', members: ['everybody'] }] };
    expect(await failureOf(clients.services.setIamPolicy({ resource: name, policy: wrong }))).toMatchObject({
      code: 3,
    });
    const [granted] = await clients.services.testIamPermissions({ resource: name, permissions: ['run.services.get'] });
    expect(granted.permissions).toEqual(['run.services.get']);
  });

  it('lists locations', async () => {
    const found: (string | null | undefined)[] = [];
    for await (const location of clients.services.listLocationsAsync({ name: 'projects/demo-project' }))
      found.push(location.locationId);
    expect(found).toContain('europe-west1');
    expect(found.length).toBeGreaterThan(35);
  });

  it('scales by hand and by minimum without a new revision for the former', async () => {
    await create('web', { template: { ...template, scaling: { minInstanceCount: 2, maxInstanceCount: 5 } } });
    await bed.clock.advance(1000);
    expect(bed.context.workloads.list()).toMatchObject([{ desired: 2, ready: 2 }]);
    const scaling = { scalingMode: 'MANUAL' as const, manualInstanceCount: 4 };
    await clients.services.updateService({ service: { name, scaling }, updateMask: { paths: ['scaling'] } });
    await bed.clock.advance(1000);
    expect(bed.context.workloads.list()).toMatchObject([{ desired: 4, ready: 4 }]);
    expect((await clients.services.getService({ name }))[0].latestReadyRevision).toContain('web-00001-');
  });

  it('refuses what breaks a rule, in the words of the API', async () => {
    const container = (resources: object) => ({ template: { containers: [{ image, resources }] } });
    const refusals: readonly (readonly [object, RegExp])[] = [
      [container({ limits: { cpu: '3' } }), /Total cpu must be less than 1 or one of 1, 2, 4, 6 or 8/],
      [container({ limits: { cpu: '4', memory: '1Gi' } }), /For 4 CPU, memory must be between 2Gi and 16Gi inclusive/],
      [container({ limits: { cpu: '1', memory: '64Gi' } }), /memory must be between 512Mi and 4Gi/],
      [container({ limits: { cpu: '0.5' } }), /not supported when CPU is always allocated/],
      [container({ limits: { cpu: 'many' } }), /is not a quantity/],
      [{ template, labels: { App: 'x' } }, /Invalid label key 'App'/],
      [{ template, labels: { 'run.googleapis.com/x': 'y' } }, /reserved for the system/],
      [
        { template: { containers: [{ image, env: [{ name: 'PORT', value: '1' }] }] } },
        /reserved env names were provided: PORT/,
      ],
      [{ template: { containers: [{ image: 'ghcr.io/a/b:1' }] } }, /Expected an image path like/],
      [{ template: {} }, /at least one container/],
      [
        { template: { ...template, scaling: { minInstanceCount: 9, maxInstanceCount: 2 } } },
        /less than or equal to max_instance_count/,
      ],
      [{ template, traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 60 }] }, /must sum to 100/],
    ];
    for (const [service, message] of refusals) {
      const error = await failureOf(create('web', service));
      expect([error.code, error.message]).toEqual([3, expect.stringMatching(message)]);
    }
    for (const id of ['Web', '1web', 'web-', 'a'.repeat(50)])
      expect(await failureOf(create(id))).toMatchObject({ code: 3 });
    const tooMany = await failureOf(create('web', { template: { ...template, scaling: { maxInstanceCount: 5000 } } }));
    expect(tooMany).toMatchObject({ code: 8 });
    expect(bed.face.resources()).toEqual([]);
  });
});
