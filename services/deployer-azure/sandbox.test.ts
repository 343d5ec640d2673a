import { channel } from 'node:diagnostics_channel';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSubscription } from '../../sandbox/azure/index.ts';
import { appVersion, groupVersion, resourcesVersion, startManual } from '../../sandbox/azure/testing/start.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import {
  CapacityExhausted,
  CloudUnreachable,
  InvalidSpec,
  TargetNotFound,
  Throttled,
  Unauthorized,
  type ApplyCommand,
  type CloudTarget,
  type DeploymentKey,
} from '../../shared/ports/cloud-target.ts';
import { createAzureApi, createTarget, type AzureSettings } from './index.ts';
import { resourceName } from './names.ts';
import { toTags } from './tags.ts';

type Sandbox = Awaited<ReturnType<typeof startManual>>;

const group = `/subscriptions/${defaultSubscription}/resourceGroups/shop`;
const environmentPath = `${group}/providers/Microsoft.App/managedEnvironments/homeostasis-westeurope?${appVersion}`;
const environmentType = 'Microsoft.App/managedEnvironments';

const workload: Workload = {
  image: 'ghcr.io/example/queue:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 2048,
  env: {},
  secrets: [],
  ports: [],
  volumes: [],
  requestDriven: false,
  spot: false,
  hints: {},
};

const order = (generation: number, change: Partial<Workload> = {}, runtime = 'container-instances'): ApplyCommand => ({
  application: 'shop',
  service: 'queue',
  target: `azure/westeurope/${runtime}`,
  generation,
  tier: 'standard',
  specHash: `${generation}`.padStart(8, 'a'),
  workload: { ...workload, ...change },
});

const keyOf = ({ application, service, target, generation }: ApplyCommand): DeploymentKey => ({
  application,
  service,
  target,
  generation,
});

let sandbox: Sandbox;
let target: CloudTarget;

function connect(change: Partial<AzureSettings> = {}, token = () => Promise.resolve(sandbox.token)): CloudTarget {
  const settings: AzureSettings = {
    subscription: defaultSubscription,
    resourceGroup: 'shop',
    regions: ['westeurope', 'eastus'],
    endpoint: sandbox.arm,
    ca: sandbox.ca,
    client: { retryDelayMs: 1 },
    ...change,
  };
  const credential = {
    getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return createTarget(createAzureApi(settings, credential), settings);
}

const settle = () => sandbox.clock.advance(20_000);
const groupsNow = () =>
  sandbox.face
    .resources()
    .filter(({ type }) => type === 'Microsoft.ContainerInstance/containerGroups')
    .map(({ id }) => id.slice(id.lastIndexOf('-') + 1))
    .sort();

async function makeGroup(): Promise<void> {
  await sandbox.call('PUT', `${group}?${resourcesVersion}`, { location: 'westeurope' });
}

beforeEach(async () => {
  sandbox = await startManual();
  target = connect();
});
afterEach(async () => {
  await sandbox.face.close();
  await sandbox.context.workloads.close();
});

async function ready(command: ApplyCommand) {
  await target.apply(command);
  await settle();
  const report = await target.observe(keyOf(command));
  expect(report).toMatchObject({ phase: 'ready', generation: command.generation });
  await settle();
  return report;
}

/** Requests to Azure that `act` makes. */
async function callsOf(act: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const count = () => void calls++;
  const requests = channel('http.client.request.start');
  requests.subscribe(count);
  try {
    await act();
  } finally {
    requests.unsubscribe(count);
  }
  return calls;
}

describe('container groups', () => {
  beforeEach(makeGroup);

  it('are as many as replicas, in one slot', async () => {
    await ready(order(1, { replicas: 3 }));
    expect(groupsNow()).toEqual(['a0', 'a1', 'a2']);
    await ready(order(2, { replicas: 1 }));
    expect(groupsNow()).toEqual(['a0']);
    await ready(order(3, { replicas: 4, image: 'ghcr.io/example/queue:2' }));
    expect(groupsNow()).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  it('of another size are made beside the old ones, which go when the new ones are ready', async () => {
    await ready(order(1));
    const second = order(2, { cpuMillicores: 2000, memoryMib: 4096, replicas: 1 });
    expect(await target.apply(second)).toMatchObject({ phase: 'progressing' });
    expect(await target.observe(keyOf(second))).toMatchObject({ phase: 'progressing', generation: 2 });
    expect(groupsNow()).toEqual(['a0', 'a1', 'b0']);
    await settle();
    // Looking for an older generation retires nothing.
    await target.observe(keyOf(order(1)));
    expect(groupsNow()).toEqual(['a0', 'a1', 'b0']);
    expect(await target.observe(keyOf(second))).toMatchObject({ phase: 'ready' });
    await settle();
    expect(groupsNow()).toEqual(['b0']);
    // And back, over the same names.
    await ready(order(3));
    expect(groupsNow()).toEqual(['a0', 'a1']);
  });

  it('of another size wait for the slot when an earlier change is still in it', async () => {
    await ready(order(1));
    await target.apply(order(2, { cpuMillicores: 2000 }));
    await settle();
    // Generation 2 was never seen ready: both slots are full, of two sizes, and a third is wanted.
    const third = order(3, { cpuMillicores: 3000 });
    await expect(target.apply(third)).rejects.toBeInstanceOf(Throttled);
    await settle();
    await ready(third);
    expect(groupsNow()).toEqual(['a0', 'a1']);
  });

  it('without room for the new size leave the old ones running, with the reason', async () => {
    await ready(order(1));
    sandbox.faults.add({ kind: 'capacity', cloud: 'azure' });
    await expect(target.apply(order(2, { cpuMillicores: 2000 }))).rejects.toBeInstanceOf(CapacityExhausted);
    expect(await target.observe(keyOf(order(1)))).toMatchObject({ phase: 'ready', generation: 1 });
  });

  it('scaled to zero are one stopped group that keeps the generation', async () => {
    await ready(order(1));
    const second = order(2, { replicas: 0 });
    await target.apply(second);
    await settle();
    expect(await target.observe(keyOf(second))).toMatchObject({
      phase: 'ready',
      generation: 2,
      replicas: { desired: 0, ready: 0 },
    });
    expect(groupsNow()).toEqual(['a0']);
    expect(await target.apply(second)).toMatchObject({ phase: 'ready', reason: 'AlreadySo' });
    expect(await target.apply(order(1))).toMatchObject({ phase: 'stale' });
    await ready(order(3, { replicas: 2 }));
    expect(groupsNow()).toEqual(['a0', 'a1']);
  });

  it('may begin at zero', async () => {
    const first = order(1, { replicas: 0 });
    await target.apply(first);
    await settle();
    expect(await target.observe(keyOf(first))).toMatchObject({ phase: 'progressing' });
    await settle();
    expect(await target.observe(keyOf(first))).toMatchObject({ phase: 'ready', replicas: { desired: 0, ready: 0 } });
  });

  it('that somebody deleted are missed and come back, the first one too', async () => {
    const first = order(1, { replicas: 3 });
    await ready(first);
    const name = `${resourceName(first)}-a0`;
    await sandbox.call(
      'DELETE',
      `${group}/providers/Microsoft.ContainerInstance/containerGroups/${name}?${groupVersion}`,
    );
    await settle();
    const report = await target.observe(keyOf(first));
    expect(report).toMatchObject({ phase: 'degraded', replicas: { desired: 3, ready: 2 } });
    expect(report.drift).toEqual([`replicas: container group ${name} is missing`]);
    await ready(first);
    expect(groupsNow()).toEqual(['a0', 'a1', 'a2']);
  });

  it('scale down although some deletions fail, without losing sight of the rest', async () => {
    await ready(order(1, { replicas: 6 }));
    const resource = `${resourceName(order(1))}-a3`;
    sandbox.faults.add({ kind: 'api-error', cloud: 'azure', operation: 'ContainerGroups_Delete', resource });
    const second = order(2, { replicas: 1 });
    await expect(target.apply(second)).rejects.toBeInstanceOf(CloudUnreachable);
    sandbox.faults.clear();
    await settle();
    await ready(second);
    expect(groupsNow()).toEqual(['a0']);
  });

  it('in transition are owed: the change comes again', async () => {
    await target.apply(order(1));
    await expect(target.apply(order(2, { image: 'ghcr.io/example/queue:2' }))).rejects.toBeInstanceOf(Throttled);
    await expect(target.remove(keyOf(order(2)))).rejects.toBeInstanceOf(Throttled);
    await settle();
    await ready(order(2, { image: 'ghcr.io/example/queue:2' }));
    await target.remove(keyOf(order(2)));
    await settle();
    expect(groupsNow()).toEqual([]);
  });

  it('say that there are more addresses than the one reported', async () => {
    const ports: Workload['ports'] = [{ name: 'db', port: 6379, protocol: 'TCP' }];
    const report = await ready(order(1, { ports, replicas: 3 }));
    expect(report.endpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(report.message).toMatch(/endpoint is that of .*-a0, the other 2 have addresses of their own/);
    const web = order(2, { ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] });
    await target.apply(web);
    await settle();
    expect((await target.observe(keyOf(web))).endpoint).toMatch(/^http:/);
  });

  it('of another deployment under the same name are left alone', async () => {
    const command = order(1);
    const marks = { application: 'other', service: 'queue', target: command.target, generation: 1, replicas: 1 };
    const tags = toTags({ ...marks, specHash: 'aaaaaaaa', shape: {} });
    const name = `${resourceName(command)}-a0`;
    await sandbox.call(
      'PUT',
      `${group}/providers/Microsoft.ContainerInstance/containerGroups/${name}?${groupVersion}`,
      {
        location: 'westeurope',
        tags,
        properties: {
          osType: 'Linux',
          containers: [{ name: 'x', properties: { image: 'x', resources: { requests: { cpu: 1, memoryInGB: 1 } } } }],
        },
      },
    );
    await settle();
    await expect(target.apply(command)).rejects.toThrow(/other\/queue.* left alone/);
    await expect(target.remove(keyOf(command))).rejects.toBeInstanceOf(InvalidSpec);
    expect(groupsNow()).toEqual(['a0']);
  });
});

describe('the ground', () => {
  const web = order(1, { ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] }, 'container-apps');

  it('is made when settings allow: resource group and environment, and the command is owed until they stand', async () => {
    target = connect({ resourceGroupLocation: 'westeurope' });
    const owed: unknown = await target.apply(web).catch((error: unknown) => error);
    expect(owed).toBeInstanceOf(Throttled);
    expect(String(owed)).toMatch(/environment "homeostasis-westeurope" for westeurope is being made/);
    await expect(target.apply(web)).rejects.toBeInstanceOf(Throttled);
    await settle();
    await ready(web);
    const environment = (await sandbox.call('GET', environmentPath)).body['properties'];
    expect(environment?.['workloadProfiles']).toEqual([{ name: 'Consumption', workloadProfileType: 'Consumption' }]);
  });

  it('missing and not allowed to be made says what to do', async () => {
    await expect(target.apply(web)).rejects.toThrow(
      /resource group "shop" .* does not exist: create it, or set resourceGroupLocation/,
    );
    await expect(target.apply(order(1))).rejects.toBeInstanceOf(TargetNotFound);
    await makeGroup();
    target = connect({ createEnvironments: false });
    await expect(target.apply(web)).rejects.toThrow(/managed environment "homeostasis-westeurope".* does not exist/);
    target = connect({ environments: { westeurope: environmentPath.replace(/\?.*/, '') } });
    await expect(target.apply(web)).rejects.toBeInstanceOf(TargetNotFound);
  });

  it('that never was holds nothing of ours', async () => {
    expect(await target.observe(keyOf(web))).toMatchObject({ phase: 'absent' });
    expect(await target.remove(keyOf(order(1)))).toMatchObject({ phase: 'absent' });
    expect(await target.list('westeurope')).toEqual([]);
  });

  it('without room for an environment is CapacityExhausted', async () => {
    await makeGroup();
    sandbox.faults.add({ kind: 'capacity', cloud: 'azure' });
    await expect(target.apply(web)).rejects.toBeInstanceOf(CapacityExhausted);
  });

  it('that was deleted behind our back is made again', async () => {
    await makeGroup();
    await target.apply(web).catch(() => undefined);
    await settle();
    await ready(web);
    await target.remove(keyOf(web));
    await settle();
    await sandbox.call('DELETE', environmentPath);
    await settle();
    expect(sandbox.face.resources().filter(({ type }) => type === environmentType)).toEqual([]);
    const again = { ...web, generation: 2 };
    for (let round = 0; round < 3; round++) {
      await target.apply(again).catch(() => undefined);
      await settle();
    }
    expect(await target.observe(keyOf(again))).toMatchObject({ phase: 'ready' });
  });

  it('ends at the regions that are enabled', async () => {
    const elsewhere = { ...web, target: 'azure/japaneast/container-apps' };
    await expect(target.apply(elsewhere)).rejects.toThrow(
      /"japaneast" is not enabled here \(enabled: westeurope, eastus\)/,
    );
    await expect(target.list('japaneast')).rejects.toBeInstanceOf(TargetNotFound);
  });
});

describe('calls to Azure', () => {
  const web = order(1, { ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] }, 'container-apps');

  it('are few, and as documented', async () => {
    await makeGroup();
    await target.apply(web).catch(() => undefined);
    await settle();
    await target.remove(keyOf(web));
    await ready({ ...web, service: 'warm-up' });
    // Read, write, one look at the operation.
    expect(await callsOf(() => target.apply(web))).toBe(3);
    await settle();
    expect(await callsOf(() => target.observe(keyOf(web)))).toBe(2);
    expect(await callsOf(() => target.apply(web))).toBe(2);
    expect(await callsOf(() => target.remove(keyOf(web)))).toBe(3);
    // Four probes, then a write and a look per replica.
    expect(await callsOf(() => target.apply(order(1)))).toBe(8);
    await settle();
    expect(await callsOf(() => target.observe(keyOf(order(1))))).toBe(4);
  });
});

describe('an endpoint', () => {
  it('that takes the connection and says nothing is CloudUnreachable, soon', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    target = connect({ endpoint, client: { connectTimeoutMs: 30, retries: 1, retryDelayMs: 1 } });
    await expect(target.observe(keyOf(order(1)))).rejects.toBeInstanceOf(CloudUnreachable);
    target = connect({ endpoint, client: { requestTimeoutMs: 30, retries: 0 } });
    await expect(target.observe(keyOf(order(1)))).rejects.toBeInstanceOf(CloudUnreachable);
    silent.close();
  });

  it('with a certificate of nobody we know is CloudUnreachable', async () => {
    const { ca: _, ...stranger } = { ca: '', endpoint: sandbox.arm };
    const settings = { subscription: defaultSubscription, resourceGroup: 'shop', regions: ['westeurope'], ...stranger };
    const credential = {
      getToken: () => Promise.resolve({ token: sandbox.token, expiresOnTimestamp: Date.now() + 9e5 }),
    };
    const untrusting = createTarget(createAzureApi({ ...settings, client: { retries: 0 } }, credential), settings);
    await expect(untrusting.observe(keyOf(order(1)))).rejects.toBeInstanceOf(CloudUnreachable);
  });

  it('that refuses the token is Unauthorized, and the token is in no message', async () => {
    await makeGroup();
    target = connect({}, () => Promise.resolve('not-a-jwt'));
    const key = keyOf(order(1, {}, 'container-apps'));
    const error: unknown = await target.observe(key).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Unauthorized);
    expect(String(error)).not.toContain('not-a-jwt');
  });
});

describe('one region that is down', () => {
  beforeEach(makeGroup);

  it('is not made to answer by the list that the whole subscription shares', async () => {
    await ready(order(1));
    sandbox.context.faults.add({ kind: 'region-down', cloud: 'azure', region: 'westeurope' });
    await expect(target.list('westeurope')).rejects.toBeInstanceOf(CloudUnreachable);
    expect(await target.list('eastus')).toEqual([]);
    sandbox.context.faults.clear();
    await settle();
    expect(await target.list('westeurope')).toMatchObject([{ service: 'queue' }]);
  });
});

describe('a write that was accepted', () => {
  // Operations live under the subscription, where a deployer may have no rights, and share its limits.
  const looks = ['OperationStatus', 'OperationResult'];
  it.each([
    ['container-apps', 'Microsoft.App'],
    ['container-instances', 'Microsoft.ContainerInstance'],
  ])('stays accepted when its operation on %s cannot be looked at', async (runtime, namespace) => {
    await makeGroup();
    const properties = { workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }] };
    await sandbox.call('PUT', environmentPath, { location: 'westeurope', properties });
    await settle();
    for (const look of looks) {
      sandbox.faults.add({ kind: 'throttle', cloud: 'azure', operation: `${namespace}_${look}` });
    }
    expect(await target.apply(order(1, {}, runtime))).toMatchObject({ phase: 'progressing', reason: 'Applied' });
    await settle();
    expect(await target.observe(keyOf(order(1, {}, runtime)))).toMatchObject({ phase: 'ready' });
    expect(await target.remove(keyOf(order(1, {}, runtime)))).toMatchObject({ phase: 'removing' });
  });
});
