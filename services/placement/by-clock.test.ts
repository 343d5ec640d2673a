import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { ServiceSpec } from '../../shared/contracts/application-spec.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { scale, submit, World } from './fixtures-world.ts';

const worldAt = (start: string): World => new World(start, createMemoryRuntime);

describe('replicas by the clock', () => {
  const schedule: ServiceSpec['schedule'] = [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', timezone: 'Europe/Berlin', replicas: 4 },
  ];
  const web = { replicas: 1, schedule };

  it('are a new generation when the clock asks for other counts, and only then', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    expect(await world.replicas()).toBe(1);
    await world.until('2026-11-23T06:59:59Z');
    expect(await world.record()).toMatchObject({ generation: 1 });
    await world.until('2026-11-23T07:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 2]);
    expect(await world.record()).toMatchObject({ cause: 'scheduled' });
    await world.until('2026-11-23T17:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([1, 3]);
    await world.until('2026-11-30T12:00:00Z');
    // Four more working days, and the Monday after.
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 12]);
    expect(await world.spec()).toMatchObject({ spec: { services: [{ replicas: 1 }] } });
  });

  it('keep one note at a time, whatever else happens', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    await world.tell(submit({ ...web, image: 'web:2' }));
    await world.tell(submit({ ...web, image: 'web:3' }));
    expect(world.of('placement.review-due')).toHaveLength(1);
    await world.until('2026-11-23T07:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 4]);
    // A copy of a note that had its time is void.
    const note = world.said.find(({ type }) => type.includes('review-due'));
    await world.deliver({ ...(note as Envelope), id: 'again' });
    expect((await world.record())?.generation).toBe(4);
  });

  it('end with the schedule, and with the application', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    await world.tell(submit({ replicas: 2 }));
    expect((await world.record())?.scheduled).toBeUndefined();
    await world.until('2026-11-24T12:00:00Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([2, 2]);
    await world.tell(submit(web));
    await world.tell(applicationWithdrawn.draft({ application: 'shop' }));
    await world.until('2026-11-25T12:00:00Z');
    expect(await world.record()).toMatchObject({ status: 'withdrawn', generation: 4 });
  });

  it('give way to a hand until their next change, and to a submission at once', async () => {
    const world = worldAt('2026-11-23T09:00:00Z');
    await world.tell(submit(web));
    await world.tell(scale(9));
    expect(await world.replicas()).toBe(9);
    await world.tell(
      targetExcluded.draft({ scope: 'gcp/us-east1', reason: 'lost', mode: 'ungraceful', incident: 'i1' }),
    );
    expect(await world.replicas()).toBe(9);
    expect(await world.spec()).toMatchObject({ spec: { services: [{ replicas: 1, schedule }] } });
    await world.until('2026-11-23T17:00:01Z');
    expect(await world.replicas()).toBe(1);
    await world.until('2026-11-24T08:00:00Z');
    expect([await world.replicas(), (await world.record())?.byHand]).toEqual([4, undefined]);
    await world.tell(scale(9));
    await world.tell(submit({ ...web, image: 'web:2' }));
    expect(await world.replicas()).toBe(4);
  });

  it('are tried again while there is no room for them', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ ...web, constraints: { clouds: { allow: ['aws'] } } }));
    await world.tell(targetExcluded.draft({ scope: 'aws', reason: 'lost', mode: 'ungraceful', incident: 'i1' }));
    await world.until('2026-11-23T08:00:00Z');
    expect(await world.replicas()).toBe(1);
    await world.tell(targetReadmitted.draft({ scope: 'aws', reason: 'back', incident: 'i1' }));
    await world.until('2026-11-23T09:00:00Z');
    expect(await world.replicas()).toBe(4);
  });
});
