import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { dublin, frankfurt, scale, submit, World } from './fixtures-world.ts';

const worldAt = (start: string): World => new World(start, createMemoryRuntime);

describe('a preferred target', () => {
  it('is where a service stands, and goes without regard to gain and cooldown', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({}));
    const before = await world.at();
    expect(before).not.toEqual([dublin]);
    await world.tell(submit({ prefer: [dublin] }));
    expect(await world.at()).toEqual([dublin]);
    await world.tell(submit({ prefer: [frankfurt, dublin] }));
    expect(await world.at()).toEqual([frankfurt]);
  });

  it('gives way to constraints, and says so', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ prefer: [dublin, frankfurt], constraints: { dataResidency: ['DE'] } }));
    expect(await world.at()).toEqual([frankfurt]);
  });

  it('is left when it is lost, comes back by failback, and not with the next change of replicas', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ prefer: [dublin, frankfurt] }));
    await world.tell(
      targetExcluded.draft({ scope: 'aws/eu-west-1', reason: 'lost', mode: 'ungraceful', incident: 'i1' }),
    );
    expect(await world.at()).toEqual([frankfurt]);
    await world.tell(targetReadmitted.draft({ scope: 'aws/eu-west-1', reason: 'back', incident: 'i1' }));
    await world.until('2026-11-23T09:00:00Z');
    await world.tell(scale(2));
    expect(await world.at()).toEqual([frankfurt]);
    const services = [{ service: 'web', targets: [dublin] }];
    await world.tell(serviceReturn.draft({ recovery: 'r1', application: 'shop', services, reason: 'home' }));
    expect(await world.at()).toEqual([dublin]);
  });
});
