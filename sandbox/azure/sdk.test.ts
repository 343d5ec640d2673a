import { ContainerAppsAPIClient } from '@azure/arm-appcontainers';
import * as appMappers from '../../node_modules/@azure/arm-appcontainers/dist/esm/models/mappers.js';
import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import * as groupMappers from '../../node_modules/@azure/arm-containerinstance/dist-esm/src/models/mappers.js';
import { ClientSecretCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSubscription, defaultTenant } from './index.ts';
import { mapperGaps } from './testing/mapper-gate.ts';
import {
  appBody,
  appPath,
  appVersion,
  environmentId,
  group,
  groupBody,
  groupPath,
  groupVersion,
  prepare,
  resourcesVersion,
  startInstant,
  type Sandbox,
} from './testing/start.ts';

/** The paged answer as one array. */
async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

type AppMappers = Parameters<typeof mapperGaps>[0];

let azure: Sandbox;
let apps: ContainerAppsAPIClient;
let groups: ContainerInstanceManagementClient;
const quick = { updateIntervalInMs: 1 };

const options = (sandbox: Sandbox) => ({
  endpoint: sandbox.arm,
  credentialScopes: `${sandbox.arm}/.default`,
  tlsOptions: { ca: sandbox.ca },
  retryOptions: { maxRetries: 0 },
});

beforeAll(async () => {
  azure = await startInstant({ pageSize: 2 });
  await prepare(azure);
  const credential = {
    getToken: () => Promise.resolve({ token: azure.token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  apps = new ContainerAppsAPIClient(credential, defaultSubscription, options(azure));
  groups = new ContainerInstanceManagementClient(credential, defaultSubscription, options(azure));
});
afterAll(() => azure.face.close());

const webTemplate = (image: string, minReplicas: number) => ({
  containers: [
    {
      name: 'web',
      image,
      resources: { cpu: 0.25, memory: '0.5Gi' },
      env: [{ name: 'A', value: 'b' }],
      probes: [{ type: 'Readiness', httpGet: { path: '/healthz', port: 8080 } }],
    },
  ],
  scale: { minReplicas, maxReplicas: 5 },
});

const webApp = (image: string, minReplicas: number) => ({
  location: 'westeurope',
  tags: { generation: '1' },
  environmentId: environmentId(),
  configuration: { ingress: { external: true, targetPort: 8080 } },
  template: webTemplate(image, minReplicas),
});

describe('@azure/arm-appcontainers', () => {
  it('creates an environment and reads it back', async () => {
    const created = await apps.managedEnvironments.beginCreateOrUpdateAndWait(
      'shop',
      'second',
      { location: 'eastus' },
      quick,
    );
    expect(created).toMatchObject({ provisioningState: 'Succeeded', location: 'East US' });
    expect((await apps.managedEnvironments.get('shop', 'second')).defaultDomain).toMatch(/\.eastus\./);
    await apps.managedEnvironments.beginDeleteAndWait('shop', 'second', quick);
  });

  it('creates, scales, updates, lists and deletes a container app', async () => {
    const created = await apps.containerApps.beginCreateOrUpdateAndWait('shop', 'api', webApp('shop/api:1', 2), quick);
    expect(created).toMatchObject({
      provisioningState: 'Succeeded',
      latestReadyRevisionName: 'api--0000001',
      location: 'West Europe',
      configuration: { ingress: { fqdn: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } },
    });
    const scaled = await apps.containerApps.beginUpdateAndWait(
      'shop',
      'api',
      { location: 'westeurope', template: webTemplate('shop/api:1', 3), tags: { generation: '2' } },
      quick,
    );
    expect(scaled).toMatchObject({ latestRevisionName: 'api--0000002', tags: { generation: '2' } });
    await apps.containerApps.beginCreateOrUpdateAndWait('shop', 'api', webApp('shop/api:2', 1), quick);
    const revisions = await all(apps.containerAppsRevisions.listRevisions('shop', 'api'));
    expect(revisions.map(({ name, active }) => [name, active])).toEqual([
      ['api--0000001', false],
      ['api--0000002', false],
      ['api--0000003', true],
    ]);
    const replicas = await apps.containerAppsRevisionReplicas.listReplicas('shop', 'api', 'api--0000003');
    expect(replicas.value).toMatchObject([{ runningState: 'Running', containers: [{ name: 'web', ready: true }] }]);
    for (const name of ['b-app', 'c-app'])
      await apps.containerApps.beginCreateOrUpdateAndWait('shop', name, webApp('x', 1), quick);
    const listed = await all(apps.containerApps.listByResourceGroup('shop'));
    expect(listed.map(({ name }) => name)).toEqual(['api', 'b-app', 'c-app']);
    for (const { name = '' } of listed) await apps.containerApps.beginDeleteAndWait('shop', name, quick);
    await apps.containerApps.beginDeleteAndWait('shop', 'api', quick);
    await expect(apps.containerApps.get('shop', 'api')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  it('surfaces a failing operation, a conflict, a throttle and an outage as the SDK does', async () => {
    const capacity = azure.faults.add({ kind: 'capacity', cloud: 'azure' });
    await expect(apps.containerApps.beginCreateOrUpdateAndWait('shop', 'full', webApp('x', 1), quick)).rejects.toThrow(
      /ContainerAppOperationError.*Maximum Allowed Cores exceeded/s,
    );
    azure.faults.remove(capacity.id);
    const stuck = azure.faults.add({ kind: 'stuck', cloud: 'azure', resource: 'slow' });
    await apps.containerApps.beginCreateOrUpdate('shop', 'slow', webApp('x', 1), quick);
    await expect(apps.containerApps.beginCreateOrUpdate('shop', 'slow', webApp('y', 1), quick)).rejects.toMatchObject({
      statusCode: 409,
      code: 'ContainerAppOperationInProgress',
    });
    azure.faults.remove(stuck.id);
    const throttle = azure.faults.add({ kind: 'throttle', cloud: 'azure' });
    await expect(apps.containerApps.get('shop', 'slow')).rejects.toMatchObject({ statusCode: 429 });
    azure.faults.remove(throttle.id);
    azure.faults.add({ kind: 'region-down', cloud: 'azure', region: 'westeurope' });
    await expect(apps.containerApps.get('shop', 'slow')).rejects.toMatchObject({
      code: expect.stringMatching(/RESET|REQUEST_SEND/),
    });
    azure.faults.clear();
    await expect(apps.containerApps.beginCreateOrUpdate('shop', 'Bad', webApp('x', 1))).rejects.toMatchObject({
      statusCode: 400,
      code: 'ContainerAppInvalidName',
    });
  });
});

describe('@azure/arm-containerinstance', () => {
  const worker = (image: string) => ({
    location: 'westeurope',
    osType: 'Linux',
    tags: { generation: '1' },
    containers: [{ name: 'worker', image, resources: { requests: { cpu: 1, memoryInGB: 1 } }, ports: [{ port: 80 }] }],
    ipAddress: { type: 'Public', ports: [{ port: 80 }] },
  });

  it('creates, updates, stops, starts, restarts, lists and deletes a container group', async () => {
    const { containerGroups } = groups;
    const created = await containerGroups.beginCreateOrUpdateAndWait('shop', 'worker', worker('w:1'), quick);
    expect(created).toMatchObject({ provisioningState: 'Succeeded', instanceView: { state: 'Running' } });
    await containerGroups.beginCreateOrUpdateAndWait('shop', 'worker', worker('w:2'), quick);
    expect((await containerGroups.update('shop', 'worker', { tags: { generation: '3' } })).tags).toEqual({
      generation: '3',
    });
    await containerGroups.stop('shop', 'worker');
    expect((await containerGroups.get('shop', 'worker')).instanceView?.state).toBe('Stopped');
    await containerGroups.beginStartAndWait('shop', 'worker', quick);
    await containerGroups.beginRestartAndWait('shop', 'worker', quick);
    for (const name of ['w-two', 'w-three'])
      await containerGroups.beginCreateOrUpdateAndWait('shop', name, worker('w:1'), quick);
    const listed = await all(containerGroups.list());
    expect(listed.map(({ name }) => name)).toEqual(['worker', 'w-two', 'w-three']);
    for (const { name = '' } of listed) await containerGroups.beginDeleteAndWait('shop', name, quick);
    await expect(containerGroups.get('shop', 'worker')).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('surfaces a region without room', async () => {
    azure.faults.add({ kind: 'capacity', cloud: 'azure', region: 'westeurope', times: 1 });
    await expect(groups.containerGroups.beginCreateOrUpdate('shop', 'full', worker('w:1'))).rejects.toMatchObject({
      statusCode: 409,
      code: 'ServiceUnavailable',
      message: expect.stringContaining("'1' CPU '1' GB memory"),
    });
  });
});

describe('@azure/identity', () => {
  it('signs in with a client secret and the token opens the door', async () => {
    const credential = new ClientSecretCredential(defaultTenant, 'a-client', 'a-secret', {
      authorityHost: azure.arm,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: azure.ca },
    });
    const client = new ContainerAppsAPIClient(credential, defaultSubscription, options(azure));
    expect(await all(client.managedEnvironments.listBySubscription())).toHaveLength(1);
  });
});

describe('every answer deserialises without loss', () => {
  const values = async (path: string) => (await azure.call('GET', path)).body['value'] as unknown as unknown[];

  it('container apps, revisions, replicas and environments', async () => {
    const mappers = appMappers as unknown as AppMappers;
    await azure.call('PUT', appPath('gate'), {
      ...appBody({
        configuration: { secrets: [{ name: 'k', value: 'v' }], ingress: { external: true, targetPort: 80 } },
        template: webTemplate('x', 1),
      }),
      identity: { type: 'SystemAssigned' },
    });
    const app = (await azure.call('GET', appPath('gate'))).body;
    expect(mapperGaps(mappers, 'ContainerApp', app)).toEqual([]);
    const at = `${appPath('gate').split('?')[0]}/revisions`;
    const [revision] = await values(`${at}?${appVersion}`);
    expect(mapperGaps(mappers, 'Revision', revision)).toEqual([]);
    const [replica] = await values(`${at}/gate--0000001/replicas?${appVersion}`);
    expect(mapperGaps(mappers, 'Replica', replica)).toEqual([]);
    const environment = (await azure.call('GET', `${environmentId()}?${appVersion}`)).body;
    expect(mapperGaps(mappers, 'ManagedEnvironment', environment)).toEqual([]);
    const refusal = (await azure.call('PUT', appPath('NO'), appBody())).body;
    expect(mapperGaps(mappers, 'ErrorResponse', refusal)).toEqual([]);
  });

  it('container groups, read and listed', async () => {
    const mappers = groupMappers as unknown as AppMappers;
    await azure.call('PUT', groupPath('gate'), groupBody());
    const read = (await azure.call('GET', groupPath('gate'))).body;
    expect(mapperGaps(mappers, 'ContainerGroup', read)).toEqual([]);
    const [listed] = await values(`${group}/providers/Microsoft.ContainerInstance/containerGroups?${groupVersion}`);
    expect(mapperGaps(mappers, 'ContainerGroup', listed)).toEqual([]);
  });

  it('and the gate itself sees what is wrong', async () => {
    const mappers = groupMappers as unknown as AppMappers;
    const bad = { location: 5, extra: 1, properties: { osType: 'Linux', surprise: true } };
    expect(mapperGaps(mappers, 'ContainerGroup', bad)).toEqual([
      'ContainerGroup.properties.containers: required but absent',
      'ContainerGroup.location: 5 is no String',
      'ContainerGroup.extra: unknown to the SDK',
      'ContainerGroup.properties.surprise: unknown to the SDK',
    ]);
    const index = await values(`/subscriptions/${defaultSubscription}/resources?${resourcesVersion}`);
    expect(index.length).toBeGreaterThan(0);
  });
});
