import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { createFaultBook } from '../core/fault-book.ts';
import { createProcessRunner } from '../core/process-runner.ts';
import { timings } from '../core/timings.ts';
import { startAws } from './index.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('a deployment whose processes crash', () => {
  it('trips the circuit breaker and rolls back, the old task serving all the while', async () => {
    const engine = { clock: systemClock, timings: timings.instant, faults: createFaultBook() };
    const workloads = createProcessRunner(engine);
    const face = await startAws({ ...engine, workloads, tls: { key: '', cert: '', ca: '' } }, { port: 0 });
    closers.push(
      () => workloads.close(),
      () => face.close(),
    );
    const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
    const ecs = new ECSClient({ region: 'eu-west-1', endpoint: face.endpoints['ecs'] ?? '', credentials });
    const register = (environment: { name: string; value: string }[]) =>
      ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'web',
          requiresCompatibilities: ['FARGATE'],
          networkMode: 'awsvpc',
          cpu: '256',
          memory: '512',
          containerDefinitions: [
            { name: 'web', image: 'shop/web:1', portMappings: [{ containerPort: 8080 }], environment },
          ],
        }),
      );
    const show = async (): Promise<Service | undefined> =>
      (await ecs.send(new DescribeServicesCommand({ services: ['web'] }))).services?.[0];
    const settledOn = (definition: string) =>
      vi.waitFor(
        async () =>
          expect(await show()).toMatchObject({
            runningCount: 1,
            taskDefinition: expect.stringMatching(definition),
            deployments: [{ rolloutState: 'COMPLETED', desiredCount: 1 }],
          }),
        { timeout: 15_000, interval: 50 },
      );

    await ecs.send(new CreateClusterCommand({}));
    await register([]);
    await ecs.send(
      new CreateServiceCommand({
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 1,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
    await settledOn('web:1$');
    await register([{ name: 'CRASH_AFTER_MS', value: '1' }]);
    await ecs.send(new UpdateServiceCommand({ service: 'web', taskDefinition: 'web:2' }));
    const [workload] = workloads.list();
    await vi.waitFor(
      async () => {
        expect((await fetch(`http://${workload?.address}/`, { headers: { connection: 'close' } })).status).toBe(200);
        expect((await show())?.taskDefinition).toMatch(/web:1$/);
      },
      { timeout: 15_000, interval: 50 },
    );
    await settledOn('web:1$');
    const events = (await show())?.events?.map((event) => event.message).join('\n');
    expect(events).toMatch(/Essential container in task exited \(exited with code 1/);
    expect(events).toMatch(/deployment failed: tasks failed to start/);
  });
});
