import { describe, expect, it } from 'vitest';
import type { ReportReason } from '../../shared/contracts/deployment-reported.ts';
import { failureReason } from './failure-reason.ts';
import { command } from './given.ts';
import type { Resource, Service } from './gcp-api.ts';
import { placeOf } from './names.ts';
import { toReport } from './observe.ts';
import { plan } from './plan.ts';
import { withDefaults } from './settings.ts';

const settings = withDefaults({ project: 'demo-project' });
const wish = command();
const revision = (number: number) =>
  `projects/demo-project/locations/europe-west1/services/shop-web/revisions/r-${number}`;

const settled: Service = {
  generation: 2,
  observedGeneration: 2,
  reconciling: false,
  uri: 'https://shop-web-1.europe-west1.run.app',
  terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
  latestCreatedRevision: revision(2),
  latestReadyRevision: revision(2),
};

function seen(changed: Service = {}) {
  const { body } = plan(wish, settings, placeOf(wish.target, settings));
  const resource = { kind: 'service', body: { ...body, ...settled, ...changed } } as Resource;
  return toReport({ identity: wish, resource });
}

const failedWith = (message: string): Service => ({
  terminalCondition: { type: 'Ready', state: 'CONDITION_FAILED', message, reason: 'REVISION_FAILED' },
  latestReadyRevision: revision(1),
});

describe('what is observed', () => {
  it('is ready, and says where the number of replicas comes from', () => {
    expect(seen()).toMatchObject({
      phase: 'ready',
      reason: 'Observed',
      message: 'revision r-2 is ready; Cloud Run was told to keep 2',
      replicas: { desired: 2, ready: 2 },
      endpoint: settled.uri,
      specHash: wish.specHash,
    });
    expect(seen()).not.toHaveProperty('drift');
  });

  it.each<[string, Service]>([
    ['reconciling', { reconciling: true }],
    ['behind what was asked for', { generation: 3 }],
    ['pending', { terminalCondition: { state: 'CONDITION_PENDING' } }],
    ['without a condition yet', { terminalCondition: null }],
    ['served by the revision before', { latestReadyRevision: revision(1) }],
    ['without an address', { uri: '' }],
  ])('is progressing while %s', (_, changed) => {
    expect(seen(changed)).toMatchObject({
      phase: 'progressing',
      reason: 'Provisioning',
      replicas: { desired: 2, ready: 0 },
    });
  });

  it('is failed, and says which revision goes on serving', () => {
    const report = seen(failedWith('Container called exit(1).'));
    expect(report).toMatchObject({ phase: 'failed', reason: 'CrashLooping', replicas: { desired: 2, ready: 0 } });
    expect(report.message).toBe('Container called exit(1). Revision r-1 goes on serving.');
  });

  it('is degraded when somebody took instances away', () => {
    const fewer: Service = { scaling: { scalingMode: 'MANUAL', manualInstanceCount: 1 } };
    expect(seen(fewer)).toMatchObject({
      phase: 'degraded',
      replicas: { desired: 2, ready: 1 },
      drift: ['replicas: "1" where "2" was asked for'],
    });
  });

  it('is removing, and offers no address any more', () => {
    const report = seen({ deleteTime: { seconds: 1 } });
    expect(report).toMatchObject({ phase: 'removing', reason: 'Removing' });
    expect(report).not.toHaveProperty('endpoint');
  });

  it('names every field that somebody changed, and no value of a variable', () => {
    const containers = [
      { image: 'evil:1', env: [{ name: 'PASSWORD', value: 'hunter2' }], ports: [{ name: 'h2c', containerPort: 1 }] },
    ];
    const report = seen({
      template: { containers },
      invokerIamDisabled: false,
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    });
    expect(report.drift).toEqual([
      'image: "evil:1" where "docker.io/example/shop-web:1" was asked for',
      'environment: changed by somebody else',
      'cpu: "" where "1000m" was asked for',
      'memory: "" where "512Mi" was asked for',
      'port: "1/h2c" where "8080/http1" was asked for',
      'cpuIdle: "false" where "true" was asked for',
      'ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" where "INGRESS_TRAFFIC_ALL" was asked for',
      'public: "false" where "true" was asked for',
    ]);
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it('takes another spelling of the same quantity for no change', () => {
    const container = { ...plan(wish, settings, placeOf(wish.target, settings)).body.template?.containers?.[0] };
    const containers = [{ ...container, resources: { limits: { cpu: '1', memory: '0.5Gi' }, cpuIdle: true } }];
    expect(seen({ template: { containers } })).not.toHaveProperty('drift');
  });

  it.each([undefined, '', '{', '[]', '{}', '{"replicas":2}', 'null'])(
    'calls it drift when what was planned reads %j',
    (planned) => {
      const annotations = planned === undefined ? {} : { 'homeostasis.dev/planned': planned };
      expect(seen({ annotations }).drift?.length).toBeGreaterThan(0);
    },
  );
});

describe('why it failed', () => {
  it.each<[string, Parameters<typeof failureReason>[1], ReportReason]>([
    ['no image', { reason: 'CONTAINER_MISSING' }, 'ImagePullFailed'],
    ['no right to the image', { reason: 'CONTAINER_PERMISSION_DENIED' }, 'ImagePullFailed'],
    ['no right to a secret', { reason: 'SECRETS_ACCESS_CHECK_FAILED' }, 'Unauthorized'],
    ['no network', { reason: 'VPC_NETWORK_NOT_FOUND' }, 'InvalidSpec'],
    ['no instances', { revisionReason: 'MIN_INSTANCES_NOT_PROVISIONED' }, 'CapacityExhausted'],
    [
      'no capacity',
      { reason: 'POSTPONED_RETRY', message: 'There is no capacity for new instances.' },
      'CapacityExhausted',
    ],
    [
      'no answer on the port',
      {
        revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
        message: 'The user-provided container failed to start and listen on the port',
      },
      'Unhealthy',
    ],
    [
      'an exit',
      { revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR', message: 'Container called exit(3).' },
      'CrashLooping',
    ],
    ['a check in unknown words', { revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR' }, 'Unhealthy'],
    ['anything else', { reason: 'INTERNAL', message: 'Internal.' }, 'OperationFailed'],
  ])('%s', (_, condition, reason) => {
    expect(failureReason({ reason: 'REVISION_FAILED', message: "Revision 'r' is not ready." }, condition)).toBe(reason);
  });

  it('may stand on the service alone', () => {
    const message = 'Quota exceeded for total allowable CPU per project per region.';
    expect(failureReason({ reason: 'POSTPONED_RETRY', message })).toBe('CapacityExhausted');
  });
});
