import {
  DeleteExpressGatewayServiceCommand,
  DeleteServiceCommand,
  ECSClient,
  TagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { startAws } from '../../sandbox/aws/index.ts';
import { createManualClock } from '../../sandbox/core/clock.ts';
import { createFaultBook } from '../../sandbox/core/fault-book.ts';
import { createInstantRunner } from '../../sandbox/core/instant-runner.ts';
import { createAwsApi, createTarget } from '../../services/deployer-aws/index.ts';
import { namesOf } from '../../services/deployer-aws/names.ts';
import { describeDeployer, type DeployerUnderTest, type Meddling } from './deployer.suite.ts';

const region = 'eu-west-1';
const cluster = 'homeostasis';
const speed = { provisionMs: 10_000, deleteMs: 5_000, apiLatencyMs: 0 };
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

async function create(runtime: 'fargate' | 'ecs-ec2'): Promise<DeployerUnderTest> {
  const clock = createManualClock();
  const faults = createFaultBook();
  const workloads = createInstantRunner(clock, faults, speed);
  const tls = { key: '', cert: '', ca: '' };
  const face = await startAws({ clock, timings: speed, faults, workloads, tls }, { port: 0 });
  const endpoint = face.endpoints['ecs'] ?? '';
  const settings = {
    regions: [region],
    account: '123456789012',
    cluster,
    defaultNetwork: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    endpoint,
    endpointScheme: 'http' as const,
    maximumAttempts: 1,
  };
  const api = createAwsApi(settings, { credentials });
  const ecs = new ECSClient({ region, endpoint, credentials });
  return {
    target: createTarget(api, settings),
    settle: () => clock.advance(4 * speed.provisionMs),
    fault: (fault) => void faults.add({ cloud: 'aws', region, ...fault }),
    clearFaults: () => faults.clear(),
    resources: () => face.resources(),
    groundTypes: ['ecs:cluster'],
    targetId: `aws/${region}/${runtime}`,
    async meddle(key, how) {
      const { express, service } = namesOf(key);
      await meddle(ecs, runtime === 'fargate' ? express : service, how);
    },
    async close() {
      api.close();
      ecs.destroy();
      await face.close();
    },
  };
}

/** With AWS's own verbs, as a person at the console would. */
async function meddle(ecs: ECSClient, service: string, how: Meddling): Promise<void> {
  const serviceArn = `arn:aws:ecs:${region}:123456789012:service/${cluster}/${service}`;
  const isExpress = service.endsWith('-express');
  switch (how.kind) {
    case 'scale': {
      const scalingTarget = { minTaskCount: how.replicas, maxTaskCount: how.replicas };
      if (isExpress) await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, scalingTarget }));
      else await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: how.replicas }));
      return;
    }
    case 'retag': {
      const tags = [{ key: 'homeostasis:spec-hash', value: how.specHash }];
      await ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags }));
      return;
    }
    case 'delete':
      if (isExpress) await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
      else await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
      return;
  }
}

describeDeployer('aws, HTTP behind an Express gateway service', () => create('fargate'));
// A task of any size may be asked for: whether a machine can hold it shows as capacity.
describeDeployer('aws, HTTP behind a network load balancer', () => create('ecs-ec2'), { missing: ['sizes'] });
