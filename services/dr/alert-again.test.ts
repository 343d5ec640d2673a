import { beforeEach, describe, expect, it } from 'vitest';
import { alertReceived, type Alert } from '../../shared/contracts/alert-received.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { A, B, decided, placed, standing, World } from './fixtures.ts';

const base: Omit<Alert, 'startsAt'> = {
  ...{ alert: 'prometheus-1', hook: 'prometheus', dialect: 'alertmanager', status: 'firing', severity: 'critical' },
  ...{ title: 'Errors', description: '', labels: {}, application: 'shop', service: 'web' },
};

let world: World;
const say = (more: Partial<Alert> = {}): Promise<void> =>
  world.deliver(alertReceived.draft({ ...base, startsAt: toTime(world.now), ...more }));
const holds = (): readonly string[] => [...world.records.keys()].filter((key) => key.startsWith('alert-hold/'));

beforeEach(async () => {
  world = new World();
  await standing(world, placed('web', { targets: [A] }));
  await say();
  await world.after(60_000);
});

/** That it was resolved in between was lost on the way: found by the simulation. */
describe('an alert that fires again without having been resolved', () => {
  it('about where the service stands by now lets go of where it stood', async () => {
    await world.deliver(decided(2, placed('web', { targets: [B] })));
    await say();
    expect(holds()).toEqual([expect.stringContaining(`shop/web/${B}|`)]);
  });

  it('and does not matter that much any more lets go of what it held', async () => {
    await say({ severity: 'info' });
    expect(holds()).toEqual([]);
    await world.after(120_000);
    expect(world.of('service.readmitted')).toHaveLength(1);
  });

  it('about the same place holds it still', async () => {
    await say();
    expect(holds()).toEqual([expect.stringContaining(`shop/web/${A}|`)]);
    await world.after(600_000);
    expect(world.of('service.readmitted')).toEqual([]);
  });
});
