import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, image, openBed, parent } from './test-bed.ts';
import type { Bed, Clients, Transport } from './test-bed.ts';

const template = { containers: [{ image }] };
const name = `${parent}/services/web`;
const elsewhere = 'projects/demo-project/locations/us-east1';
const region = 'europe-west1';

describe.each<Transport>(['rest', 'grpc'])('faults over %s', (transport) => {
  let bed: Bed;
  let clients: Clients;

  beforeEach(async () => {
    bed = await openBed();
    clients = bed.clients(transport);
  });
  afterEach(() => bed.close());

  // The client library retries UNAVAILABLE by itself; without retries a test sees the first answer.
  const once = { retry: null } as never;
  const create = async (serviceId = 'web', service: object = { template }, at = parent) => {
    const [operation] = await clients.services.createService({ parent: at, serviceId, service }, once);
    return operation;
  };
  const read = async () => (await clients.services.getService({ name }, once))[0];

  it('region-down: no answer there, every answer elsewhere', async () => {
    bed.faults.add({ kind: 'region-down', cloud: 'gcp', region });
    const error = await failureOf(create());
    expect(error.message).toMatch(
      transport === 'rest' ? /socket hang up|ECONNRESET|terminated|other side closed/ : /ECONNREFUSED/,
    );
    await create('web', { template }, elsewhere);
    bed.faults.clear();
    await create();
    expect(bed.face.resources().map((resource) => resource.region)).toEqual(['us-east1', region]);
  });

  it('region-down during a deployment: nothing is decided until the region is back', async () => {
    await create();
    const down = bed.faults.add({ kind: 'region-down', cloud: 'gcp', region });
    await bed.clock.advance(600_000);
    bed.faults.remove(down.id);
    expect((await read()).reconciling).toBe(true);
    await bed.clock.advance(1000);
    expect((await read()).terminalCondition?.state).toBe('CONDITION_SUCCEEDED');
  });

  it('api-error: UNAVAILABLE for as many calls as the fault counts', async () => {
    bed.faults.add({ kind: 'api-error', operation: 'CreateService', times: 1 });
    expect(await failureOf(create())).toMatchObject({ code: 14 });
    await create();
  });

  it('throttle: RESOURCE_EXHAUSTED with RetryInfo', async () => {
    bed.faults.add({ kind: 'throttle', cloud: 'gcp', resource: 'we*', times: 1 });
    const error = await failureOf(create());
    expect(error).toMatchObject({
      code: 8,
      message: expect.stringContaining('Quota exceeded for quota metric') as string,
    });
    await create();
  });

  it('capacity: the revision and the service fail with their conditions, what served goes on serving', async () => {
    await create();
    await bed.clock.advance(1000);
    bed.faults.add({ kind: 'capacity', cloud: 'gcp', region });
    const containers = [{ image, env: [{ name: 'VERSION', value: '2' }] }];
    const [update] = await clients.services.updateService({ service: { name, template: { containers } } });
    await bed.clock.advance(1000);
    const error = await failureOf(update.promise());
    expect(error).toMatchObject({
      code: 8,
      message: expect.stringContaining('is not ready and cannot serve traffic') as string,
    });
    const service = await read();
    expect(service.terminalCondition).toMatchObject({
      state: 'CONDITION_FAILED',
      reason: 'REVISION_FAILED',
      severity: 'ERROR',
    });
    expect(service.latestCreatedRevision).toContain('web-00002');
    expect(service.latestReadyRevision).toContain('web-00001');
    const [revision] = await clients.revisions.getRevision({ name: service.latestCreatedRevision ?? '' });
    expect(revision.conditions?.find((item) => item.type === 'Ready')).toMatchObject({ state: 'CONDITION_FAILED' });
    expect(bed.context.workloads.list()).toMatchObject([
      { ready: 1, replicas: [{ revision: service.latestReadyRevision?.split('/').at(-1) }] },
    ]);

    bed.faults.clear();
    const [again] = await clients.services.updateService({ service: { name, template: { containers } } });
    await bed.clock.advance(1000);
    expect((await again.promise())[0].latestReadyRevision).toContain('web-00003');
  });

  it('a container that never answers fails its revision after the startup time', async () => {
    bed.faults.add({ kind: 'unhealthy', cloud: 'gcp', resource: 'web' });
    const operation = await create();
    await bed.clock.advance(200_000);
    expect((await read()).reconciling).toBe(true);
    await bed.clock.advance(60_000);
    const error = await failureOf(operation.promise());
    expect(error).toMatchObject({
      code: 9,
      message: expect.stringContaining('failed to start and listen on the port') as string,
    });
    const service = await read();
    const [revision] = await clients.revisions.getRevision({ name: service.latestCreatedRevision ?? '' });
    expect(revision.conditions?.find((item) => item.type === 'Ready')).toMatchObject({
      revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    });
  });

  it('stuck: the operation stays open until the fault is taken away', async () => {
    const fault = bed.faults.add({ kind: 'stuck', cloud: 'gcp', resource: 'web' });
    const operation = await create();
    await create('other');
    await bed.clock.advance(3_600_000);
    expect((await clients.services.checkCreateServiceProgress(operation.name ?? '')).done).toBe(false);
    expect((await read()).reconciling).toBe(true);
    expect((await clients.services.getService({ name: `${parent}/services/other` }))[0].reconciling).toBe(false);
    bed.faults.remove(fault.id);
    await bed.clock.advance(1000);
    await operation.promise();
    expect((await read()).terminalCondition?.state).toBe('CONDITION_SUCCEEDED');
  });

  it('a newer change ends the operation of the one before', async () => {
    const first = await create();
    const containers = [{ image, args: ['--second'] }];
    const [second] = await clients.services.updateService({ service: { name, template: { containers } } });
    expect(await failureOf(first.promise())).toMatchObject({ code: 10 });
    await bed.clock.advance(1000);
    expect((await second.promise())[0].latestReadyRevision).toContain('web-00002');
  });
});
