import { expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { defaultPlacementSettings, handlers } from './index.ts';
import { applicationKey, type ApplicationRecord } from './record.ts';

/** The service's real handlers over records in memory; its notes of pages are carried out at once. */
function placement() {
  const clock = { now: () => 1_000_000 };
  const { records, documents, log } = createMemoryRuntime({ clock });
  const carriedOut = new Set<string>();
  let ids = 0;
  const handle = async (event: Envelope): Promise<void> => {
    const handler = handlers(defaultPlacementSettings).find(({ contract }) => contract.type === event.type);
    if (handler === undefined) throw new Error(`nobody reads ${event.type}`);
    await processEvent(handler, event, { records, documents, clock });
  };
  const said = async (type: string) => (await log.read({ type, limit: 1000 })).map(({ event }) => event);
  return {
    tell: async ({ type, subject, data }: Draft): Promise<void> => {
      const id = `e${(ids += 1)}`;
      const base = { specversion: '1.0', id, source: '/test', time: new Date(1000).toISOString() } as const;
      await handle({ ...base, type, subject, datacontenttype: 'application/json', correlationid: id, data });
      for (const page of await said(placementPageDue.type)) {
        if (!carriedOut.has(page.id)) await handle(page);
        carriedOut.add(page.id);
      }
    },
    record: async () => (await records.get<ApplicationRecord>(applicationKey('shop')))?.value,
    /** What was commanded in that generation: service and target. */
    commanded: async (generation: number) =>
      (await said(deploymentApply.type))
        .map((event) => deploymentApply.parse(event).data)
        .filter((command) => command.generation === generation)
        .map(({ service, target }) => `${service} ${target}`)
        .sort(),
  };
}

function submit(tag: number): Draft {
  const services = [
    { name: 'web', image: `registry.example/web:${tag}` },
    { name: 'cart', image: 'registry.example/cart:1' },
  ];
  return applicationSubmitted.draft({
    application: 'shop',
    spec: { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: 'shop' }, spec: { services } },
  });
}

const outrun = (generation: number, standing: number): Draft =>
  rolloutFailed.draft({
    application: 'shop',
    generation,
    service: 'web',
    target: 'gcp/us-east1/cloud-run',
    reason: 'StaleGeneration',
    message: `generation ${standing} stands`,
    standing,
  });

it('decides the same again for the same places, above what stands', async () => {
  const { tell, record, commanded } = placement();
  await tell(submit(1));
  await tell(outrun(1, 7));
  expect(await record()).toMatchObject({ generation: 8, status: 'rolling-out', cause: 'submitted', attempts: 1 });
  expect(await record()).not.toHaveProperty('rejection');
  expect(await commanded(8)).toHaveLength(2);
  expect(await commanded(8)).toEqual(await commanded(1));
});

it('commands every service, also those that it believes unchanged: what stands of them is not what it knows', async () => {
  const { tell, commanded } = placement();
  await tell(submit(1));
  await tell(rolloutCompleted.draft({ application: 'shop', generation: 1, services: 2, withdrawn: false }));
  await tell(submit(2));
  expect(await commanded(2)).toHaveLength(1);
  await tell(outrun(2, 7));
  expect(await commanded(8)).toEqual(await commanded(1));
});

it('goes on where another service stands at a still newer generation', async () => {
  const { tell, record } = placement();
  await tell(submit(1));
  await tell(outrun(1, 3));
  await tell(outrun(4, 7));
  expect(await record()).toMatchObject({ generation: 8, attempts: 2 });
});

it('hears no word on a generation that was left behind', async () => {
  const { tell, record } = placement();
  await tell(submit(1));
  await tell(submit(2));
  await tell(outrun(1, 2));
  expect(await record()).toMatchObject({ generation: 2, cause: 'submitted' });
});

it('rests as failed where there is no place any more', async () => {
  const { tell, record } = placement();
  await tell(submit(1));
  for (const scope of ['aws', 'azure', 'gcp']) await tell(targetExcluded.draft({ scope, reason: 'it burns' }));
  await tell(outrun(1, 7));
  expect(await record()).toMatchObject({ generation: 1, status: 'failed', rejection: { reason: 'StaleGeneration' } });
});
