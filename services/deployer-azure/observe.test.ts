import type { ContainerApp, Replica, Revision } from '@azure/arm-appcontainers';
import type { ContainerGroup } from '@azure/arm-containerinstance';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { Report } from '../../shared/contracts/deployment-reported.ts';
import { appShape } from './app-shape.ts';
import { groupShape } from './group-shape.ts';
import { observeApp } from './observe-app.ts';
import { observeGroups } from './observe-groups.ts';
import { toTags } from './tags.ts';

const key = { application: 'shop', service: 'web', target: 'azure/westeurope/container-apps', generation: 2 };
const marks = { ...key, specHash: 'abcdef01', replicas: 2 };
const reports = Compile(Report);

function app(change: Record<string, unknown> = {}): ContainerApp {
  const body = {
    name: 'shop-web-1',
    location: 'West Europe',
    provisioningState: 'Succeeded',
    latestRevisionName: 'shop-web-1--0000002',
    latestReadyRevisionName: 'shop-web-1--0000002',
    configuration: { ingress: { external: true, targetPort: 8080, transport: 'Http', fqdn: 'shop.example' } },
    template: {
      containers: [{ image: 'web:1', resources: { cpu: 0.5, memory: '1Gi' } }],
      scale: { minReplicas: 2, maxReplicas: 2 },
    },
    ...change,
  } as unknown as ContainerApp;
  return { tags: toTags({ ...marks, shape: appShape(body) }), ...body };
}

const replica = (change: Record<string, unknown> = {}): Replica =>
  ({ name: 'r', containers: [{ ready: true, restartCount: 0, runningState: 'Running', ...change }] }) as Replica;
const crashing = replica({ ready: false, restartCount: 5, runningState: 'Waiting' });
const pulling = replica({ ready: false, runningState: 'Waiting', runningStateDetails: 'ImagePullBackOff' });
const old = { latestReadyRevisionName: 'shop-web-1--0000001' };
const failed = { provisioningState: 'Failed', ...old };

const see = (change: Record<string, unknown>, replicas?: readonly Replica[], error?: string) =>
  observeApp(key, {
    app: app(change),
    scheme: 'https',
    ...(replicas === undefined ? {} : { replicas }),
    ...(error === undefined ? {} : { revision: { provisioningError: error } as Revision }),
  });

describe('a container app', () => {
  it.each([
    ['is ready when all replicas of the latest revision are', see({}, [replica(), replica()]), 'ready', 'Observed'],
    ['in a list counts as its revision says', see({}), 'ready', 'Observed'],
    [
      'whose latest revision has not taken over is progressing',
      see(old, [replica(), replica()]),
      'progressing',
      'Provisioning',
    ],
    ['that serves with fewer replicas is degraded', see({}, [replica()]), 'degraded', 'Unhealthy'],
    ['that never served and crashes has failed', see(old, [crashing]), 'failed', 'CrashLooping'],
    ['that never served and cannot be pulled has failed', see(old, [pulling]), 'failed', 'ImagePullFailed'],
    [
      'still being made and already crashing has failed',
      see({ ...old, provisioningState: 'InProgress' }, [crashing]),
      'failed',
      'CrashLooping',
    ],
    [
      'still being made is progressing',
      see({ ...old, provisioningState: 'InProgress' }, []),
      'progressing',
      'Provisioning',
    ],
    ['that served and crashes is degraded', see({}, [replica(), crashing]), 'degraded', 'CrashLooping'],
    ['being deleted is removing', see({ provisioningState: 'Deleting' }), 'removing', 'Removing'],
    [
      'that found no room has failed for it',
      see(failed, [], 'Maximum Allowed Cores exceeded for the Managed Environment.'),
      'failed',
      'CapacityExhausted',
    ],
    ['that failed in silence says where to look', see(failed, []), 'failed', 'OperationFailed'],
  ] as const)('%s', (_, report, phase, reason) => {
    expect(report).toMatchObject({ phase, reason, generation: 2 });
  });

  it('tells its address, and what somebody changed', () => {
    expect(see({}).endpoint).toBe('https://shop.example');
    expect(see({}).drift).toBeUndefined();
    const changed = app();
    const container = { ...changed.template?.containers?.[0], image: 'web:2' };
    const report = observeApp(key, {
      app: { ...changed, template: { containers: [container], scale: { minReplicas: 5, maxReplicas: 9 } } },
      scheme: 'https',
    });
    expect(report.drift).toEqual(['replicas: 5 to 9 found, 2 commanded', 'image differs from the command']);
    expect(observeApp(key, { app: { ...app(), tags: {} }, scheme: 'https' }).drift).toEqual([
      'tags of the deployment are missing',
      'tag homeostasis-shape is missing or unreadable',
    ]);
  });

  it('whatever Azure answers, makes a valid report', () => {
    const text = fc.option(fc.string(), { nil: undefined });
    const weird = fc.record(
      {
        name: text,
        provisioningState: fc.oneof(text, fc.constantFrom('Succeeded', 'Failed', 'InProgress', 'Deleting', 'Canceled')),
        latestRevisionName: text,
        configuration: fc.oneof(fc.constant(null), fc.constant({ ingress: null }), fc.constant({})),
        template: fc.oneof(
          fc.constant({ containers: [] }),
          fc.constant({ containers: [{ command: null, env: null }] }),
          fc.constant({}),
        ),
        tags: fc.dictionary(fc.constantFrom(...Object.keys(toTags({ ...marks, shape: {} }))), fc.string()),
      },
      { requiredKeys: [] },
    );
    const replicas = fc.array(fc.constantFrom(replica(), crashing, pulling, {} as Replica));
    fc.assert(
      fc.property(weird, replicas, (found, seen) => {
        const report = observeApp(key, { app: found as unknown as ContainerApp, replicas: seen, scheme: 'https' });
        expect([...reports.Errors(report)]).toEqual([]);
      }),
    );
  });
});

interface Seen {
  readonly state?: string;
  readonly detail?: string;
  readonly restarts?: number;
  readonly warning?: string;
  readonly provisioningState?: string;
}

function group(
  index: number,
  { state = 'Running', detail = '', restarts = 0, warning, provisioningState = 'Succeeded' }: Seen,
) {
  const events = warning === undefined ? [] : [{ type: 'Warning', name: 'Failed', message: warning }];
  const body = {
    name: `shop-web-1-a${index}`,
    location: 'westeurope',
    osType: 'Linux',
    provisioningState,
    containers: [
      {
        name: 'main',
        image: 'web:1',
        resources: { requests: { cpu: 1, memoryInGB: 2 } },
        instanceView: { restartCount: restarts, currentState: { state, detailStatus: detail }, events },
      },
    ],
    instanceView: { state, events: [{ type: 'Normal', message: 'Pulling image "web:1"' }] },
  } as unknown as ContainerGroup;
  const tags = toTags({ ...marks, target: 'azure/westeurope/container-instances', shape: groupShape(body, undefined) });
  return { slot: 'a' as const, index, group: { ...body, tags } };
}

const look = (...groups: readonly Seen[]) =>
  observeGroups(key, { base: 'shop-web-1', groups: groups.map((seen, index) => group(index, seen)) });

describe('container groups', () => {
  it.each([
    ['are ready when all run', look({}, {}), 'ready', 'Observed'],
    [
      'are progressing while one is made',
      look({}, { provisioningState: 'Creating', state: 'Waiting' }),
      'progressing',
      'Provisioning',
    ],
    [
      'are degraded when one of them crashes',
      look({}, { state: 'Waiting', detail: 'CrashLoopBackOff: Back-off restarting failed container' }),
      'degraded',
      'CrashLooping',
    ],
    [
      'have failed when all crash',
      look({ state: 'Terminated', restarts: 4 }, { state: 'Terminated', restarts: 4 }),
      'failed',
      'CrashLooping',
    ],
    [
      'have failed when the image cannot be had',
      look({ state: 'Waiting', warning: 'Failed to pull image "web:1": not found' }, { state: 'Waiting' }),
      'failed',
      'ImagePullFailed',
    ],
    [
      'have failed when Azure found no room afterwards',
      look({ provisioningState: 'Failed', state: 'Waiting', warning: 'Insufficient capacity' }, { state: 'Waiting' }),
      'failed',
      'CapacityExhausted',
    ],
    [
      'with a failing probe are not ready',
      look({}, { detail: 'health check failed: HTTP 503' }),
      'progressing',
      'Provisioning',
    ],
    [
      'that all go are removing',
      look({ provisioningState: 'Deleting' }, { provisioningState: 'Deleting' }),
      'removing',
      'Removing',
    ],
  ] as const)('%s', (_, report, phase, reason) => {
    expect(report).toMatchObject({ phase, reason });
    expect([...reports.Errors(report)]).toEqual([]);
  });

  it('are nothing when there are none', () => {
    expect(look()).toBeUndefined();
  });
});
