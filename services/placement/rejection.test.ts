import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import type { QueryAnswer } from '../../shared/ports/http.ts';
import { defaultPlacementSettings as settings, handlers, routes } from './index.ts';

const clock = { now: () => 1_000_000 };

/** The service's real handlers over records in memory; nobody else is there. */
function placement() {
  const { records, documents } = createMemoryRuntime({ clock });
  const ports = { records, documents, clock };
  let ids = 0;
  const tell = async ({ type, subject, data }: Draft): Promise<void> => {
    const handler = handlers(settings).find(({ contract }) => contract.type === type);
    if (handler === undefined) throw new Error(`nobody reads ${type}`);
    const id = `e${(ids += 1)}`;
    const base = { specversion: '1.0', id, source: '/test', time: new Date(0).toISOString() } as const;
    const event = { ...base, type, subject, datacontenttype: 'application/json', correlationid: id, data } as const;
    await processEvent(handler, event, ports);
  };
  const ask = (path: string, application = 'shop'): Promise<QueryAnswer> => {
    const route = routes(ports, settings).find((each) => each.path === path);
    if (route === undefined) throw new Error(`there is no ${path}`);
    return route.answer({ params: { application }, search: {} });
  };
  return {
    tell,
    rejection: () => ask('/applications/:application/rejection'),
    decision: () => ask('/applications/:application/decision'),
    record: async () => (await ask('/applications/:application')).body,
  };
}

function submit(image: string, maxMonthlyCost?: number): Draft {
  const constraints = maxMonthlyCost === undefined ? {} : { constraints: { maxMonthlyCost } };
  const web = { name: 'web', image: `registry.example/web:${image}`, ...constraints };
  const fine = { name: 'fine', image: 'registry.example/fine:1' };
  return applicationSubmitted.draft({
    application: 'shop',
    spec: {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name: 'shop' },
      spec: { services: [web, fine] },
    },
  });
}

const completed = (generation: number): Draft =>
  rolloutCompleted.draft({ application: 'shop', generation, services: 2, withdrawn: false });
const failed = (generation: number): Draft =>
  rolloutFailed.draft({
    application: 'shop',
    generation,
    service: 'web',
    target: 'gcp/us-east1/cloud-run',
    reason: 'ImagePullFailed',
    message: 'no such image',
  });

describe('the last rejection', () => {
  it('of a first submission is kept with every candidate, though nothing else is known of the application', async () => {
    const { tell, rejection, decision } = placement();
    await tell(submit('1', 0.01));
    expect(await decision()).toMatchObject({ status: 404 });
    expect(await rejection()).toMatchObject({
      status: 200,
      body: {
        application: 'shop',
        kind: 'refused',
        cause: 'submitted',
        reason: 'NoFeasiblePlacement',
        message: '1 of 2 services fits nowhere: web; nothing was changed',
        at: 1_000_000,
        services: [{ service: 'web', message: expect.stringContaining('every candidate is rejected') as unknown }],
      },
    });
    const { services } = (await rejection()).body as {
      services: [{ rejected: [{ filter: string; targets: string[] }] }];
    };
    expect(services[0].rejected.flatMap(({ targets }) => targets).length).toBeGreaterThan(20);
  });

  it('stands beside the decision in force, until a change runs', async () => {
    const { tell, rejection, decision } = placement();
    await tell(submit('1'));
    await tell(completed(1));
    expect(await rejection()).toMatchObject({ status: 404 });
    await tell(submit('2', 0.01));
    expect(await decision()).toMatchObject({
      body: { generation: 1, services: [{ service: 'fine' }, { service: 'web' }] },
    });
    expect(await rejection()).toMatchObject({ body: { kind: 'refused', services: [{ service: 'web' }] } });
    await tell(applicationScaled.draft({ application: 'shop', services: [{ name: 'wbe', replicas: 2 }] }));
    expect(await rejection()).toMatchObject({ body: { cause: 'scaled', reason: 'UnknownService' } });
    await tell(submit('3'));
    expect(await rejection()).toMatchObject({ status: 404 });
  });

  it('of a rollout that failed is called that, also while what ran before runs instead', async () => {
    const { tell, rejection, record } = placement();
    await tell(submit('1'));
    await tell(completed(1));
    await tell(submit('2'));
    await tell(failed(2));
    await tell(completed(3));
    expect(await record()).toMatchObject({ status: 'running', generation: 3, cause: 'rolled-back' });
    expect(await rejection()).toMatchObject({
      body: {
        kind: 'rollout-failed',
        cause: 'submitted',
        reason: 'ImagePullFailed',
        message: 'web on gcp/us-east1/cloud-run: no such image',
      },
    });
    await tell(submit('4'));
    await tell(completed(4));
    expect(await rejection()).toMatchObject({ status: 404 });
  });

  it('of a first rollout goes when it completes late, whichever word comes first', async () => {
    for (const order of [
      [failed(1), completed(1)],
      [completed(1), failed(1)],
    ]) {
      const { tell, rejection, record } = placement();
      await tell(submit('1'));
      for (const word of order) await tell(word);
      expect(await record()).toMatchObject({ status: 'running', generation: 1 });
      expect(await rejection()).toMatchObject({ status: 404 });
    }
  });

  it('of a name that is nobody leaves no trace', async () => {
    const { tell, rejection } = placement();
    await tell(applicationScaled.draft({ application: 'shop', services: [{ name: 'web', replicas: 2 }] }));
    expect(await rejection()).toMatchObject({ status: 404 });
  });
});
