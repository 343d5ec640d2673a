import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { defaultPlacementSettings as settings, handlers } from './index.ts';
import { applicationKey, type ApplicationRecord } from './record.ts';

const only = 'gcp/europe-west1/cloud-run';
const minute = 60_000;

/** The service's real handlers over records in memory, and a clock that stands until it is moved. */
function placement() {
  let now = 0;
  const clock = { now: () => now };
  const { records, documents, log } = createMemoryRuntime({ clock });
  let ids = 0;
  const handle = async (event: Envelope): Promise<void> => {
    const handler = handlers(settings).find(({ contract }) => contract.type === event.type);
    if (handler === undefined) throw new Error(`nobody reads ${event.type}`);
    await processEvent(handler, event, { records, documents, clock });
  };
  const tell = async ({ type, subject, data }: Draft): Promise<void> => {
    const id = `e${(ids += 1)}`;
    const base = { specversion: '1.0', id, source: '/test', time: toTime(now), correlationid: id } as const;
    await handle({ ...base, type, subject, datacontenttype: 'application/json', data });
  };
  const said = async (type: string) => (await log.read({ type, limit: 1000 })).map(({ event }) => event);
  const record = async (): Promise<ApplicationRecord> => {
    const found = await records.get<ApplicationRecord>(applicationKey('app'));
    if (found === undefined) throw new Error('there is no record');
    return found.value;
  };
  const notes = async () => (await said(placementReviewDue.type)).map((event) => placementReviewDue.parse(event));
  return {
    tell,
    handle,
    record,
    said,
    /** Notes to try again, oldest first. */
    tries: async () => (await notes()).filter(({ data }) => data.retryAt !== undefined),
    /** Hands over what is to be looked at because of a readmission or exclusion. */
    review: async () => {
      for (const note of await notes()) if (note.data.scope !== undefined) await handle(note);
    },
    pass: (ms: number) => void (now += ms),
    /** The next try's time comes. */
    tryAgain: async () => {
      const { retry } = await record();
      now = retry?.at ?? now;
      for (const note of await notes()) if (note.data.retryAt === now) await handle(note);
    },
    noRoom: async (reason = 'CapacityExhausted') => {
      const { generation } = await record();
      const failure = { service: 'web', target: only, reason, message: 'no room' };
      await tell(rolloutFailed.draft({ application: 'app', generation, ...failure }));
    },
    completed: async () => {
      const { generation } = await record();
      await tell(rolloutCompleted.draft({ application: 'app', generation, services: 1, withdrawn: false }));
    },
  };
}

/** There is one place where it may run, unless more is said. */
function submit(tag = '1', constraints: object = { clouds: { allow: ['gcp'] }, regions: { allow: ['europe-west1'] } }) {
  const web = { name: 'web', image: `registry.example/web:${tag}`, ports: [{ port: 8080 }], constraints };
  const spec = { services: [web] };
  return applicationSubmitted.draft({
    application: 'app',
    spec: { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: 'app' }, spec },
  });
}

describe('what found no room', () => {
  it('is tried again in the only place there is, though that failed lately', async () => {
    const { tell, noRoom, record, tryAgain, completed } = placement();
    await tell(submit());
    await noRoom();
    const { status, retry, rejection, avoid } = await record();
    expect({ status, rejection }).toMatchObject({ status: 'failed', rejection: { reason: 'NoFeasiblePlacement' } });
    expect(avoid['web']?.[only]).toBe(settings.avoidMs);
    expect(retry).toMatchObject({ cause: 'target-failed', count: 1 });
    expect(retry?.at).toBeGreaterThanOrEqual(0.8 * minute);
    expect(retry?.at).toBeLessThanOrEqual(minute);
    await tryAgain();
    expect(await record()).toMatchObject({ status: 'rolling-out', generation: 2, cause: 'target-failed' });
    expect((await record()).retry).toEqual({ cause: 'target-failed', count: 1 });
    await completed();
    expect(await record()).toMatchObject({ status: 'running', attempts: 0 });
    expect(await record()).not.toHaveProperty('retry');
  });

  it('is tried at longer and longer intervals, up to the maximum, without an end and in one chain', async () => {
    const { tell, noRoom, record, tryAgain, tries } = placement();
    await tell(submit());
    const waits: number[] = [];
    let since = 0;
    for (let round = 0; round < 8; round++) {
      await noRoom();
      const at = (await record()).retry?.at ?? 0;
      waits.push((at - since) / minute);
      since = at;
      await tryAgain();
    }
    [1, 2, 4, 8, 15, 15, 15, 15].forEach((most, i) => {
      expect(waits[i]).toBeLessThanOrEqual(most);
      expect(waits[i]).toBeGreaterThanOrEqual(0.8 * most);
    });
    expect(await tries()).toHaveLength(8);
    expect(await record()).toMatchObject({ generation: 9, status: 'rolling-out' });
  });

  it('goes elsewhere first where there is another place', async () => {
    const { tell, noRoom, record } = placement();
    await tell(submit('1', {}));
    await noRoom();
    expect(await record()).toMatchObject({ status: 'rolling-out', generation: 2 });
    expect(await record()).not.toHaveProperty('retry');
  });

  it('is tried again after as many places as are sensible, those that failed last', async () => {
    const { tell, noRoom, record, tryAgain } = placement();
    await tell(submit('1', {}));
    for (let i = 0; i < settings.maximumAttempts; i++) await noRoom();
    expect(await record()).toMatchObject({ status: 'failed', retry: { count: 1 }, reviewOwed: true });
    const { generation } = await record();
    await tryAgain();
    const { avoid, ...again } = await record();
    expect(again).toMatchObject({ status: 'rolling-out', generation: generation + 1, attempts: 0 });
    expect(avoid['web']).toHaveProperty([only]);
  });

  it('is not tried again where the spec is at fault', async () => {
    const { tell, noRoom, record, tries } = placement();
    await tell(submit());
    await noRoom('ImagePullFailed');
    expect(await record()).toMatchObject({ status: 'failed' });
    expect(await record()).not.toHaveProperty('retry');
    expect(await tries()).toEqual([]);
  });
});

describe('a try to come is void', () => {
  it.each([
    ['when somebody submits', submit('2'), { generation: 2, status: 'rolling-out', cause: 'submitted' }],
    ['when somebody withdraws', applicationWithdrawn.draft({ application: 'app' }), { status: 'withdrawn' }],
  ])('%s', async (_, wish, expected) => {
    const { tell, handle, noRoom, record, tries, pass } = placement();
    await tell(submit());
    await noRoom();
    await tell(wish);
    expect(await record()).not.toHaveProperty('retry');
    pass(minute);
    for (const note of await tries()) await handle(note);
    expect(await record()).toMatchObject(expected);
  });

  it('when what had failed comes right, late', async () => {
    const { tell, handle, noRoom, completed, record, tries, pass } = placement();
    await tell(submit());
    await noRoom();
    await completed();
    pass(minute);
    for (const note of await tries()) await handle(note);
    expect(await record()).toMatchObject({ status: 'running', generation: 1 });
    expect(await record()).not.toHaveProperty('retry');
  });

  it('when it is told twice', async () => {
    const { tell, handle, noRoom, record, tries, tryAgain } = placement();
    await tell(submit());
    await noRoom();
    await tryAgain();
    await noRoom();
    const before = await record();
    for (const note of (await tries()).slice(0, 1)) await handle({ ...note, id: 'told again' });
    expect(await record()).toEqual(before);
  });

  it('but not when somebody asks for what fits nowhere: what was owed is owed still', async () => {
    const { tell, noRoom, record, tries } = placement();
    await tell(submit());
    await noRoom();
    const { retry } = await record();
    await tell(submit('2', { maxMonthlyCost: 0.001 }));
    expect(await record()).toMatchObject({ rejection: { cause: 'submitted' }, retry });
    expect(await tries()).toHaveLength(1);
  });
});

describe('ground that was lost under what runs', () => {
  async function lost() {
    const world = placement();
    await world.tell(submit());
    for (const page of await world.said(placementPageDue.type)) await world.handle(page);
    await world.completed();
    world.pass(1000);
    await world.tell(targetExcluded.draft({ scope: 'gcp/europe-west1', reason: 'it burns' }));
    await world.review();
    return world;
  }

  it('is tried again by the clock, in one chain and without telling it again', async () => {
    const { record, said, tries, tryAgain } = await lost();
    expect(await record()).toMatchObject({ status: 'running', retry: { cause: 'target-excluded', count: 1 } });
    const told = await said(placementRejected.type);
    await tryAgain();
    expect(await record()).toMatchObject({ status: 'running', generation: 1, retry: { count: 2 } });
    expect(await tries()).toHaveLength(2);
    expect(await said(placementRejected.type)).toEqual(told);
  });

  it('is looked at at once when it is regained, and the try to come is void', async () => {
    const { tell, handle, record, review, tries, pass } = await lost();
    pass(1000);
    await tell(targetReadmitted.draft({ scope: 'gcp/europe-west1', reason: 'put out' }));
    await review();
    expect(await record()).toMatchObject({ status: 'rolling-out', generation: 2, reviewOwed: false });
    expect(await record()).not.toHaveProperty('retry');
    pass(minute);
    for (const note of await tries()) await handle(note);
    expect(await record()).toMatchObject({ generation: 2 });
  });
});
