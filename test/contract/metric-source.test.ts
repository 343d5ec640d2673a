import { startAws } from '../../sandbox/aws/index.ts';
import { issueToken } from '../../sandbox/azure/bearer.ts';
import { defaultSubscription, defaultTenant, startAzure } from '../../sandbox/azure/index.ts';
import { createCertificates } from '../../sandbox/core/certificates.ts';
import { createManualClock } from '../../sandbox/core/clock.ts';
import { createFaultBook } from '../../sandbox/core/fault-book.ts';
import { startGcp } from '../../sandbox/gcp/index.ts';
import * as aws from '../../services/deployer-aws/index.ts';
import * as azure from '../../services/deployer-azure/index.ts';
import * as gcp from '../../services/deployer-gcp/index.ts';
import { metricNames, type MetricName } from '../../shared/contracts/metrics-collected.ts';
import { describeMetricSource, measuring, type MetricSourceUnderTest } from './metric-source.suite.ts';

const timings = { provisionMs: 1_000, deleteMs: 500, apiLatencyMs: 0 };
const begin = Date.UTC(2026, 10, 21, 8);
const without = (...missing: MetricName[]): MetricName[] => metricNames.filter((name) => !missing.includes(name));
const used: readonly MetricName[] = [
  'container.cpu.utilization',
  'container.memory.utilization',
  'deployment.replicas',
];

function ground(tls: { readonly key: string; readonly cert: string; readonly ca: string }) {
  const clock = createManualClock(begin);
  const faults = createFaultBook();
  const workloads = measuring(clock, faults, timings, { requests: true });
  return { clock, faults, context: { clock, timings, faults, workloads, tls } };
}
const noTls = { key: '', cert: '', ca: '' };

describeMetricSource('AWS', async (): Promise<MetricSourceUnderTest> => {
  const { clock, faults, context } = ground(noTls);
  const face = await startAws(context, { port: 0 });
  const settings = aws.parseSettings({
    ...{ regions: ['eu-west-1'], account: '123456789012', cluster: 'homeostasis', maximumAttempts: 1 },
    ...{ defaultNetwork: { subnets: ['subnet-1'], securityGroups: ['sg-1'] }, endpoint: face.endpoints['ecs'] ?? '' },
    endpointScheme: 'http',
  });
  const api = aws.createAwsApi(settings, { credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } });
  return {
    target: aws.createTarget(api, settings),
    metrics: aws.createMetrics(api, settings),
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    fault: (fault) => void faults.add({ ...fault, cloud: 'aws' }),
    region: 'eu-west-1',
    targetId: 'aws/eu-west-1/fargate',
    says: without('container.memory.usage'),
    saysOfWorkers: used,
    async close() {
      api.close();
      await face.close();
    },
  };
});

for (const transport of ['rest', 'grpc'] as const) {
  describeMetricSource(`Google Cloud over ${transport}`, async () => {
    const { clock, faults, context } = ground(noTls);
    const face = await startGcp(context, { port: 0, grpcPort: 0 });
    const settings = gcp.parseSettings({
      ...{ project: 'demo-project', transport, retryDelayMs: 0 },
      endpoint: face.endpoints[transport === 'rest' ? 'run' : 'runGrpc'] ?? '',
      remoteRepositories: { 'ghcr.io': 'europe-docker.pkg.dev/demo-project/ghcr' },
    });
    const [api, monitoring] = [gcp.createApi(settings), gcp.createMonitoringApi(settings)];
    return {
      target: gcp.createTarget(api, settings),
      metrics: gcp.createMetrics(monitoring, settings),
      now: () => clock.now(),
      advance: (ms: number) => clock.advance(ms),
      fault: (fault) => void faults.add({ ...fault, cloud: 'gcp' }),
      region: 'europe-west1',
      targetId: 'gcp/europe-west1/cloud-run',
      says: without('container.memory.usage'),
      saysOfWorkers: used,
      async close() {
        await Promise.all([api.close(), monitoring.close()]);
        await face.close();
      },
    };
  });
}

const certificates = createCertificates();

describeMetricSource('Azure', async () => {
  const tls = await certificates;
  const { clock, faults, context } = ground(tls);
  const face = await startAzure(context, { port: 0 });
  const arm = face.endpoints['arm'] ?? '';
  const settings = {
    ...{ subscription: defaultSubscription, resourceGroup: 'shop', resourceGroupLocation: 'westeurope' },
    ...{ regions: ['westeurope'], endpoint: arm, ca: tls.ca, client: { retryDelayMs: 1 } },
  };
  const credential = {
    getToken: () => {
      const now = clock.now();
      const { token } = issueToken({ tenant: defaultTenant, client: 'tester', audience: arm, now, issuer: arm });
      return Promise.resolve({ token, expiresOnTimestamp: now + 3_600_000 });
    },
  };
  const api = azure.createAzureApi(settings, credential);
  const target = azure.createTarget(api, settings);
  return {
    // The first command finds no environment: it is owed, as the queue would have it.
    target: {
      ...target,
      apply: async (command) => {
        const first = await target.apply(command).catch(() => undefined);
        if (first !== undefined) return first;
        await clock.advance(60_000);
        return target.apply(command);
      },
    },
    metrics: azure.createMetrics(api, azure.createMonitorApi(settings, credential), settings),
    now: () => clock.now(),
    advance: (ms: number) => clock.advance(ms),
    fault: (fault) => void faults.add({ ...fault, cloud: 'azure' }),
    region: 'westeurope',
    targetId: 'azure/westeurope/container-apps',
    workerTargetId: 'azure/westeurope/container-instances',
    says: without(
      'http.server.request.duration.p50',
      'http.server.request.duration.p95',
      'http.server.request.duration.p99',
    ),
    saysOfWorkers: [...used, 'container.memory.usage'],
    close: () => face.close(),
  };
});
