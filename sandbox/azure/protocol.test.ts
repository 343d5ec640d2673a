import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSubscription } from './index.ts';
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
  send,
  startManual,
} from './testing/start.ts';

type Manual = Awaited<ReturnType<typeof startManual>>;
let azure: Manual;

beforeEach(async () => {
  azure = await startManual();
  await prepare(azure);
});
afterEach(() => azure.face.close());

const error = async (...request: Parameters<Manual['call']>) => {
  const { status, body } = await azure.call(...request);
  return [status, body['error']?.['code']];
};

describe('the gate of Azure Resource Manager', () => {
  it('challenges a call without a token and refuses tokens that are none or stale', async () => {
    const url = new URL(appPath(), azure.arm);
    const bare = await send(url, azure.ca, { method: 'GET', headers: {} });
    expect([bare.status, bare.body['error']?.['code']]).toEqual([401, 'AuthenticationFailed']);
    expect(bare.headers['www-authenticate']).toMatch(/^Bearer authorization_uri="https:/);
    const opaque = await send(url, azure.ca, { method: 'GET', headers: { authorization: 'Bearer sesame' } });
    expect(opaque.body['error']?.['code']).toBe('InvalidAuthenticationToken');
    await azure.clock.advance(90_000_000);
    expect(await error('GET', appPath())).toEqual([401, 'ExpiredAuthenticationToken']);
  });

  it('asks for a known api-version, type, namespace, method and subscription', async () => {
    const [bare] = appPath().split('?');
    expect(await error('GET', bare ?? '')).toEqual([400, 'MissingApiVersionParameter']);
    expect(await error('GET', `${bare}?api-version=2019-01-01`)).toEqual([400, 'NoRegisteredProviderFound']);
    expect(await error('GET', `${group}?api-version=1999-01-01`)).toEqual([400, 'InvalidApiVersionParameter']);
    expect(await error('GET', `${group}/providers/Microsoft.App/jobs/x?${appVersion}`)).toEqual([
      404,
      'InvalidResourceType',
    ]);
    expect(await error('GET', `${group}/providers/Microsoft.Nope/x/y?${appVersion}`)).toEqual([
      404,
      'InvalidResourceNamespace',
    ]);
    expect(await error('POST', appPath())).toEqual([405, 'MethodNotAllowed']);
    expect(await error('GET', `/subscriptions/nonsense/resourceGroups?${resourcesVersion}`)).toEqual([
      400,
      'InvalidSubscriptionId',
    ]);
  });

  it('carries the tracing headers of the service', async () => {
    const { headers } = await azure.call('GET', `${group}?${resourcesVersion}`, undefined, {
      'x-ms-correlation-request-id': 'trace-1',
      'x-ms-client-request-id': 'mine',
      'x-ms-return-client-request-id': 'true',
    });
    expect(headers['x-ms-correlation-request-id']).toBe('trace-1');
    expect(headers['x-ms-client-request-id']).toBe('mine');
    expect(headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses broken JSON and bodies above 4 MB', async () => {
    expect(await error('PUT', groupPath(), '{"location":')).toEqual([400, 'InvalidRequestContent']);
    const huge = await azure.call('PUT', groupPath(), JSON.stringify({ tags: 'x'.repeat(4_300_000) })).catch(String);
    // The server may close before the client has finished sending; both are a refusal.
    expect(typeof huge === 'string' ? huge : huge.status).toSatisfy(
      (seen: unknown) => seen === 413 || /EPIPE|ECONNRESET|hang up/.test(String(seen)),
    );
  });
});

describe('long-running operations of a container app', () => {
  it('goes 201, InProgress, Succeeded and then shows the app ready', async () => {
    const created = await azure.call('PUT', appPath(), appBody());
    expect(created.status).toBe(201);
    expect(created.headers['retry-after']).toBe('10');
    expect(created.body['properties']?.['provisioningState']).toBe('InProgress');
    const poll = created.headers['azure-asyncoperation'] ?? '';
    expect((await azure.call('GET', poll)).body).toMatchObject({ status: 'InProgress' });
    await azure.clock.advance(10_000);
    expect((await azure.call('GET', poll)).body).toMatchObject({ status: 'Succeeded' });
    const { properties } = (await azure.call('GET', appPath())).body;
    expect(properties).toMatchObject({
      provisioningState: 'Succeeded',
      runningStatus: 'Running',
      latestRevisionName: 'web--0000001',
      latestReadyRevisionName: 'web--0000001',
      configuration: { ingress: { fqdn: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } },
    });
  });

  it('refuses a second write while one runs, but lets a delete overtake it', async () => {
    const created = await azure.call('PUT', appPath(), appBody());
    expect(await error('PUT', appPath(), appBody())).toEqual([409, 'ContainerAppOperationInProgress']);
    expect(await error('PATCH', appPath(), { tags: {} })).toEqual([409, 'ContainerAppOperationInProgress']);
    const deleted = await azure.call('DELETE', appPath());
    expect(deleted.status).toBe(202);
    const again = await azure.call('DELETE', appPath());
    expect(again.headers['location']).toBe(deleted.headers['location']);
    expect((await azure.call('GET', created.headers['azure-asyncoperation'] ?? '')).body).toMatchObject({
      status: 'Canceled',
    });
    expect((await azure.call('GET', deleted.headers['location'] ?? '')).status).toBe(202);
    await azure.clock.advance(5_000);
    expect((await azure.call('GET', deleted.headers['location'] ?? '')).status).toBe(204);
    expect(await error('GET', appPath())).toEqual([404, 'ResourceNotFound']);
    expect((await azure.call('DELETE', appPath())).status).toBe(204);
    expect(azure.context.workloads.list()).toEqual([]);
  });

  it('merges a PATCH, makes a revision only of a changed template, and keeps the old one until the new is ready', async () => {
    await azure.call('PUT', appPath(), appBody());
    await azure.clock.advance(10_000);
    const tagged = await azure.call('PATCH', appPath(), { tags: { team: 'web', old: null } });
    expect(tagged.status).toBe(202);
    await azure.clock.advance(1_000);
    expect((await azure.call('GET', tagged.headers['location'] ?? '')).body).toMatchObject({
      tags: { team: 'web' },
      properties: { latestRevisionName: 'web--0000001' },
    });
    azure.faults.add({ kind: 'slow-start', cloud: 'azure', ms: 60_000 });
    await azure.call('PATCH', appPath(), {
      properties: { template: { containers: [{ name: 'web', image: 'shop/web:2' }] } },
    });
    await azure.clock.advance(10_000);
    const during = (await azure.call('GET', appPath())).body['properties'];
    expect(during).toMatchObject({
      provisioningState: 'Succeeded',
      latestRevisionName: 'web--0000002',
      latestReadyRevisionName: 'web--0000001',
    });
    const list = `${appPath().split('?')[0]}/revisions`;
    const [first, second] = (await azure.call('GET', `${list}?${appVersion}`)).body['value'] as unknown as unknown[];
    expect(first).toMatchObject({ properties: { active: true, trafficWeight: 100, healthState: 'Healthy' } });
    expect(second).toMatchObject({ properties: { active: true, trafficWeight: 0, runningState: 'Activating' } });
    await azure.clock.advance(60_000);
    expect((await azure.call('GET', appPath())).body['properties']?.['latestReadyRevisionName']).toBe('web--0000002');
    const old = await azure.call('GET', `${list}/web--0000001?${appVersion}`);
    expect(old.body['properties']).toMatchObject({ active: false, runningState: 'Stopped', replicas: 0 });
  });

  it('fails for want of capacity, keeps what runs, and succeeds when tried again', async () => {
    await azure.call('PUT', appPath(), appBody());
    await azure.clock.advance(10_000);
    azure.faults.add({ kind: 'capacity', region: 'westeurope', times: 1 });
    const scaled = appBody({ template: { ...appBody().properties.template, scale: { minReplicas: 3 } } });
    const refused = await azure.call('PUT', appPath(), scaled);
    expect(refused.status).toBe(200);
    await azure.clock.advance(10_000);
    const status = await azure.call('GET', refused.headers['azure-asyncoperation'] ?? '');
    expect(status.body).toMatchObject({
      status: 'Failed',
      error: { code: 'ContainerAppOperationError', message: expect.stringContaining('Maximum Allowed Cores exceeded') },
    });
    expect((await azure.call('GET', appPath())).body['properties']).toMatchObject({
      provisioningState: 'Failed',
      latestReadyRevisionName: 'web--0000001',
    });
    expect(azure.context.workloads.list()[0]?.ready).toBe(2);
    await azure.call('PUT', appPath(), scaled);
    await azure.clock.advance(10_000);
    expect((await azure.call('GET', appPath())).body['properties']).toMatchObject({
      provisioningState: 'Succeeded',
      latestReadyRevisionName: 'web--0000002',
    });
    expect(azure.context.workloads.list()[0]?.ready).toBe(3);
  });

  it('never ends an operation that is stuck, until the fault is taken away', async () => {
    const fault = azure.faults.add({ kind: 'stuck', cloud: 'azure', resource: 'web' });
    const created = await azure.call('PUT', appPath(), appBody());
    await azure.clock.advance(3_600_000);
    const poll = created.headers['azure-asyncoperation'] ?? '';
    expect((await azure.call('GET', poll)).body).toMatchObject({ status: 'InProgress' });
    expect(azure.context.workloads.list()).toEqual([]);
    azure.faults.remove(fault.id);
    await azure.clock.advance(10_000);
    expect((await azure.call('GET', poll)).body).toMatchObject({ status: 'Succeeded' });
  });

  it('stops, starts, restarts a revision and reads its replicas', async () => {
    await azure.call('PUT', appPath(), appBody());
    await azure.clock.advance(10_000);
    const at = (suffix: string) => `${appPath().split('?')[0]}/${suffix}?${appVersion}`;
    expect((await azure.call('POST', at('stop'))).status).toBe(202);
    await azure.clock.advance(1_000);
    expect((await azure.call('GET', appPath())).body['properties']?.['runningStatus']).toBe('Stopped');
    expect(azure.context.workloads.list()[0]?.ready).toBe(0);
    await azure.call('POST', at('start'));
    await azure.clock.advance(1_000);
    expect((await azure.call('POST', at('revisions/web--0000001/restart'))).status).toBe(200);
    const replicas = (await azure.call('GET', at('revisions/web--0000001/replicas'))).body['value'] as unknown as {
      name: string;
    }[];
    expect(replicas).toHaveLength(2);
    const one = await azure.call('GET', at(`revisions/web--0000001/replicas/${replicas[0]?.name}`));
    expect(one.body['properties']).toMatchObject({ runningState: 'Running' });
  });

  it('keeps an app that may scale to zero at one replica with ingress, at none without', async () => {
    const template = { containers: [{ name: 'web', image: 'shop/web:1' }] };
    await azure.call('PUT', appPath(), appBody({ template }));
    await azure.call('PUT', appPath('idle'), appBody({ template, configuration: {} }));
    await azure.clock.advance(10_000);
    expect(azure.context.workloads.list().map(({ desired }) => desired)).toEqual([1, 0]);
    expect((await azure.call('GET', appPath('idle'))).body['properties']?.['latestReadyRevisionName']).toBe(
      'idle--0000001',
    );
  });
});

describe('what a container app may be', () => {
  const container = (change: object) => ({
    template: { containers: [{ name: 'web', image: 'shop/web:1', resources: { cpu: 0.5, memory: '1Gi' }, ...change }] },
  });
  const cases: readonly (readonly [string, unknown, string])[] = [
    [
      'an odd pair of CPU and memory',
      appBody(container({ resources: { cpu: 0.5, memory: '2Gi' } })),
      'ContainerAppInvalidResourceTotal',
    ],
    [
      'more than four cores',
      appBody(container({ resources: { cpu: 4.25, memory: '8.5Gi' } })),
      'ContainerAppInvalidResourceTotal',
    ],
    ['no container', appBody({ template: { containers: [] } }), 'ContainerAppCreateMustContainContainer'],
    ['no image', appBody(container({ image: '' })), 'InvalidParameterValueInContainerTemplate'],
    [
      'one variable twice',
      appBody(container({ env: [{ name: 'A' }, { name: 'A' }] })),
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'an unknown secret',
      appBody(container({ env: [{ name: 'A', secretRef: 'none' }] })),
      'ContainerAppSecretRefNotFound',
    ],
    [
      'a minimum above the maximum',
      appBody({ template: { ...container({}).template, scale: { minReplicas: 5, maxReplicas: 2 } } }),
      'ContainerAppInvalidScaleSpec',
    ],
    [
      'a probe that may fail too often',
      appBody(container({ probes: [{ type: 'Startup', httpGet: { path: '/', port: 80 }, failureThreshold: 30 }] })),
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'a probe that waits too long',
      appBody(container({ probes: [{ type: 'Liveness', tcpSocket: { port: 80 }, initialDelaySeconds: 61 }] })),
      'InvalidParameterValueInContainerTemplate',
    ],
    [
      'too many ports beside the first',
      appBody({
        configuration: {
          ingress: {
            external: true,
            targetPort: 80,
            additionalPortMappings: [1, 2, 3, 4, 5, 6].map((port) => ({ external: false, targetPort: 8000 + port })),
          },
        },
      }),
      'ContainerAppInvalidAdditionalPortMappings',
    ],
    ['an unknown environment', appBody({ environmentId: environmentId('none') }), 'ManagedEnvironmentNotFound'],
    ['an environment elsewhere', appBody({}, 'northeurope'), 'ContainerAppEnvironmentLocationMismatch'],
    ['no location', { properties: {} }, 'LocationRequired'],
    ['a place that is none', appBody({}, 'atlantis'), 'LocationNotAvailableForResourceType'],
    ['a secret without value', appBody({ configuration: { secrets: [{ name: 'a' }] } }), 'ContainerAppSecretInvalid'],
    ['a forbidden tag', { ...appBody(), tags: { 'a/b': 'c' } }, 'InvalidTagNameCharacters'],
  ];
  it.each(cases)('refuses %s', async (_what, body, code) => {
    expect(await error('PUT', appPath(), body)).toEqual([400, code]);
  });

  it.each(['Web', 'w', '1web', 'a--b', 'web-', 'x'.repeat(33)])('refuses the name %s', async (name) => {
    expect(await error('PUT', appPath(name), appBody())).toEqual([400, 'ContainerAppInvalidName']);
  });

  it('answers what it cannot bind with the problem document of the real service', async () => {
    const unknown = await azure.call('PUT', appPath(), appBody({ replicas: 3 }));
    expect(unknown.status).toBe(400);
    expect(unknown.body['errors']?.['$']).toEqual([
      'Unknown properties replicas in Microsoft.ContainerApps.WebApi.Views.Version20250701.ContainerAppProperties are not supported',
    ]);
    const wrong = await azure.call('PUT', appPath(), appBody({ template: { scale: { minReplicas: 'two' } } }));
    expect(Object.keys(wrong.body['errors'] ?? {})).toEqual(['$.properties.template.scale.minReplicas']);
  });

  it('never gives a secret back except through listSecrets', async () => {
    const configuration = { secrets: [{ name: 'key', value: 's3cret' }] };
    const created = await azure.call('PUT', appPath(), appBody({ configuration }));
    const read = await azure.call('GET', appPath());
    expect(created.text + read.text).not.toContain('s3cret');
    const listed = await azure.call('POST', `${appPath().split('?')[0]}/listSecrets?${appVersion}`);
    expect(listed.body).toEqual({ value: [{ name: 'key', value: 's3cret' }] });
  });
});

describe('container groups', () => {
  it('goes from Pending to Running and shows instance views, without secure values', async () => {
    const created = await azure.call('PUT', groupPath(), groupBody());
    expect([created.status, created.body['properties']?.['provisioningState']]).toEqual([201, 'Pending']);
    expect(await error('PUT', groupPath(), groupBody())).toEqual([409, 'ContainerGroupTransitioning']);
    expect(await error('DELETE', groupPath())).toEqual([409, 'ContainerGroupTransitioning']);
    await azure.clock.advance(10_000);
    const read = await azure.call('GET', groupPath());
    expect(read.body['properties']).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: { state: 'Running' },
      ipAddress: { fqdn: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
      containers: [{ properties: { instanceView: { currentState: { state: 'Running' }, restartCount: 0 } } }],
    });
    expect(read.text).not.toContain('hidden');
  });

  it('stops, starts, restarts and deletes', async () => {
    await azure.call('PUT', groupPath(), groupBody());
    await azure.clock.advance(10_000);
    const at = (verb: string) => groupPath().replace('?', `/${verb}?`);
    const state = async () =>
      (await azure.call('GET', groupPath())).body['properties']?.['instanceView']?.['state'] as unknown;
    expect((await azure.call('POST', at('stop'))).status).toBe(204);
    expect(await state()).toBe('Stopped');
    expect((await azure.call('POST', at('start'))).status).toBe(202);
    await azure.clock.advance(10_000);
    expect(await state()).toBe('Running');
    expect((await azure.call('POST', at('restart'))).status).toBe(204);
    expect(await error('POST', at('restart'))).toEqual([409, 'ContainerGroupTransitioning']);
    await azure.clock.advance(10_000);
    expect(await state()).toBe('Running');
    const deleted = await azure.call('DELETE', groupPath());
    await azure.clock.advance(5_000);
    expect((await azure.call('GET', deleted.headers['location'] ?? '')).status).toBe(200);
    expect(await error('GET', groupPath())).toEqual([404, 'ResourceNotFound']);
  });

  const container = (change: object) => ({
    containers: [{ name: 'worker', properties: { ...groupBody().properties.containers[0]?.properties, ...change } }],
  });
  const cases: readonly (readonly [string, unknown, number, string])[] = [
    [
      'no resources',
      groupBody({ containers: [{ name: 'a', properties: { image: 'a' } }] }),
      400,
      'ResourceRequestsNotSpecified',
    ],
    [
      'more than a host has',
      groupBody(container({ resources: { requests: { cpu: 8, memoryInGB: 16 } } })),
      409,
      'ServiceUnavailable',
    ],
    [
      'odd memory',
      groupBody(container({ resources: { requests: { cpu: 1, memoryInGB: 1.55 } } })),
      400,
      'InvalidResourceRequests',
    ],
    ['a port nobody opens', groupBody(container({ ports: [{ port: 81 }] })), 400, 'InvalidIpAddressPorts'],
    [
      'more ports than an address has',
      groupBody({ ipAddress: { type: 'Public', ports: [1, 2, 3, 4, 5, 6].map((port) => ({ port })) } }),
      400,
      'TooManyIpAddressPorts',
    ],
    ['an unknown property', groupBody({ replicas: 2 }), 400, 'InvalidRequestContent'],
    ['a missing osType', groupBody({ osType: null }), 400, 'InvalidRequestContent'],
    ['an osType that is none', groupBody({ osType: 'Plan9' }), 400, 'InvalidRequestContent'],
  ];
  it.each(cases)('refuses %s', async (_what, body, status, code) => {
    expect(await error('PUT', groupPath(), body)).toEqual([status, code]);
  });

  it('replaces an image in place but not its size, and PATCHes tags only', async () => {
    await azure.call('PUT', groupPath(), groupBody());
    await azure.clock.advance(10_000);
    const bigger = groupBody(container({ resources: { requests: { cpu: 2, memoryInGB: 2 } } }));
    expect(await error('PUT', groupPath(), bigger)).toEqual([400, 'InvalidContainerGroupUpdate']);
    expect((await azure.call('PUT', groupPath(), groupBody(container({ image: 'shop/worker:2' })))).status).toBe(200);
    await azure.clock.advance(10_000);
    const patched = await azure.call('PATCH', groupPath(), { tags: { generation: '2' } });
    expect([patched.status, patched.body['tags']]).toEqual([200, { generation: '2' }]);
    expect(await error('PATCH', groupPath(), { properties: {} })).toEqual([400, 'InvalidRequestContent']);
  });

  it('refuses what the quota or the region has no room for', async () => {
    const small = await startManual({ quotas: { containerGroups: 1, environments: 1 } });
    await prepare(small);
    await small.call('PUT', groupPath('one'), groupBody());
    const second = await small.call('PUT', groupPath('two'), groupBody());
    expect([second.status, second.body['error']?.['code']]).toEqual([400, 'ContainerGroupQuotaReached']);
    const environment = await small.call('PUT', `${environmentId('two')}?${appVersion}`, { location: 'westeurope' });
    expect(environment.body['error']?.['code']).toBe('MaxNumberOfRegionalEnvironmentsInSubExceeded');
    await small.face.close();
    azure.faults.add({ kind: 'capacity', cloud: 'azure' });
    expect(await error('PUT', groupPath(), groupBody())).toEqual([409, 'ServiceUnavailable']);
    expect(await error('PUT', `${environmentId('b')}?${appVersion}`, { location: 'westeurope' })).toEqual([
      409,
      'ManagedEnvironmentNoAvailableCapacityInRegion',
    ]);
  });
});

describe('faults and regions', () => {
  it('cuts the connection in a region that is down and nowhere else', async () => {
    await azure.call('PUT', groupPath('here'), groupBody());
    await azure.call('PUT', groupPath('there'), groupBody({}, 'eastus'));
    azure.faults.add({ kind: 'region-down', cloud: 'azure', region: 'westeurope' });
    await expect(azure.call('GET', groupPath('here'))).rejects.toThrow(/hang up|ECONNRESET/);
    await expect(azure.call('PUT', groupPath('new'), groupBody())).rejects.toThrow(/hang up|ECONNRESET/);
    expect((await azure.call('GET', groupPath('there'))).status).toBe(200);
    const index = await azure.call('GET', `${group}/resources?${resourcesVersion}`);
    expect(index.status).toBe(200);
  });

  it('throttles with Retry-After and fails with 500, by operation', async () => {
    await azure.call('PUT', groupPath(), groupBody());
    azure.faults.add({ kind: 'throttle', operation: 'ContainerGroups_Get', ms: 7_000, times: 1 });
    const throttled = await azure.call('GET', groupPath());
    expect([throttled.status, throttled.headers['retry-after']]).toEqual([429, '7']);
    expect(throttled.body['error']?.['code']).toBe('SubscriptionRequestsThrottled');
    azure.faults.add({ kind: 'api-error', operation: 'ContainerGroups_Get', times: 1 });
    expect(await error('GET', groupPath())).toEqual([500, 'InternalServerError']);
    expect((await azure.call('GET', groupPath())).status).toBe(200);
  });

  it('keeps a name in the region it was made in', async () => {
    await azure.call('PUT', groupPath(), groupBody());
    expect(await error('PUT', groupPath(), groupBody({}, 'eastus'))).toEqual([409, 'InvalidResourceLocation']);
  });
});

describe('groups, index, providers and identity', () => {
  it('keeps resource groups and deletes one with everything in it', async () => {
    await azure.call('PUT', appPath(), appBody());
    await azure.call('PUT', groupPath(), groupBody());
    await azure.clock.advance(10_000);
    expect(
      (await azure.call('PUT', `${group}?${resourcesVersion}`, { location: 'West Europe', tags: { a: 'b' } })).status,
    ).toBe(200);
    expect(await error('PUT', `${group}?${resourcesVersion}`, { location: 'eastus' })).toEqual([
      409,
      'InvalidResourceGroupLocation',
    ]);
    expect((await azure.call('HEAD', `${group}?${resourcesVersion}`)).status).toBe(204);
    const deleted = await azure.call('DELETE', `${group}?${resourcesVersion}`);
    expect(await error('PUT', groupPath('late'), groupBody())).toEqual([409, 'ResourceGroupBeingDeleted']);
    await azure.clock.advance(5_000);
    expect((await azure.call('GET', deleted.headers['location'] ?? '')).status).toBe(204);
    expect((await azure.call('HEAD', `${group}?${resourcesVersion}`)).status).toBe(404);
    expect(await error('GET', groupPath())).toEqual([404, 'ResourceGroupNotFound']);
    expect([azure.face.resources(), azure.context.workloads.list()]).toEqual([[], []]);
  });

  it('will not delete an environment that still has apps', async () => {
    await azure.call('PUT', appPath(), appBody());
    expect(await error('DELETE', `${environmentId()}?${appVersion}`)).toEqual([409, 'ManagedEnvironmentNotEmpty']);
  });

  it('pages every list and finds resources by tag, type and place', async () => {
    const paged = await startManual({ pageSize: 2 });
    await prepare(paged);
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await paged.call('PUT', groupPath(name), { ...groupBody(), tags: { app: name === 'e' ? 'other' : 'shop' } });
    const seen: unknown[] = [];
    let next: string | undefined = `${group}/providers/Microsoft.ContainerInstance/containerGroups?${groupVersion}`;
    while (next !== undefined) {
      const { body } = await paged.call('GET', next);
      seen.push(...(body['value'] as unknown as { name: string }[]).map(({ name }) => name));
      next = body['nextLink'] as unknown as string | undefined;
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    const list = async (filter: string) => {
      const path = `/subscriptions/${defaultSubscription}/resources?${resourcesVersion}&$filter=${encodeURIComponent(filter)}`;
      const { body } = await paged.call('GET', path);
      return (
        (body['value'] as unknown as { name: string }[] | undefined)?.map(({ name }) => name) ?? body['error']?.['code']
      );
    };
    expect(await list("tagName eq 'app' and tagValue eq 'other'")).toEqual(['e']);
    expect(await list("resourceType eq 'microsoft.app/managedenvironments'")).toEqual(['env']);
    expect(await list("resourceType eq 'x' and location eq 'West Europe'")).toEqual([]);
    expect(await list('substringof(x)')).toBe('InvalidFilterInQueryString');
    await paged.face.close();
  });

  it('lists subscriptions, tenants and providers', async () => {
    const at = (path: string) => azure.call('GET', path);
    expect((await at('/subscriptions?api-version=2019-11-01')).body['value']).toMatchObject([{ state: 'Enabled' }]);
    expect((await at('/tenants?api-version=2019-11-01')).body['value']).toHaveLength(1);
    const provider = await at(`/subscriptions/${defaultSubscription}/providers/microsoft.app?${resourcesVersion}`);
    expect(provider.body).toMatchObject({ namespace: 'Microsoft.App', registrationState: 'Registered' });
  });

  it('describes itself to az and refuses tokens without credentials', async () => {
    const metadata = await send(new URL('/metadata/endpoints?api-version=2019-05-01', azure.arm), azure.ca, {
      method: 'GET',
      headers: {},
    });
    expect(metadata.body).toMatchObject([{ authentication: { loginEndpoint: azure.arm } }]);
    const token = await send(new URL(azure.face.endpoints['token'] ?? ''), azure.ca, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'client_id=a&grant_type=client_credentials&scope=x/.default',
    });
    expect([token.status, token.body['error']]).toEqual([400, 'invalid_client']);
  });
});
