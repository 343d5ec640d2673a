import { describe, expect, it } from 'vitest';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { limits } from '../../shared/ports/record-store.ts';
import { B, decided, health, placed, ready, shifted, standing, A, World } from './fixtures.ts';
import { cutoff } from './forget.ts';
import { summaryOf } from './summary.ts';

const day = 86_400_000;
const history = (records = 10_000) => ({ history: { keptMs: 400 * day, records } });

async function sweeps(world: World, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await world.deliver(scheduleReconcile.draft({}));
}

/** One region lost and back, its service elsewhere. */
async function lostAndBack(world: World): Promise<void> {
  await standing(world, placed('web', { targets: [A], recovery: { failback: 'off' } }));
  await world.deliver(health('unreachable', world.now));
  await world.after(16_000);
  await world.deliver(decided(2, placed('web', { targets: [B], recovery: { failback: 'off' } })));
  await world.deliver(ready('web', B, 2));
  await world.deliver(shifted('web', 2, B));
  await world.after(1_000);
}

describe('what is over', () => {
  it('is forgotten when it is old, with all its parts; what is open stays, however old', async () => {
    const world = new World(history());
    await lostAndBack(world);
    await world.deliver(health('healthy', world.now));
    await world.after(61_000);
    const { recovery = '' } = world.recoveries()[0] ?? {};
    for (let i = 0; i < 250; i++) {
      const part = `service-recovery/${recovery}/shop/s${String(i).padStart(3, '0')}`;
      world.records.set(part, { application: 'shop', service: `s${i}`, recovery, outcome: 'recovered' });
    }
    world.records.set('alert/noise', { alert: 'noise', status: 'firing', at: world.now, receivedAt: world.now });
    const held = { scope: 'aws/eu-west-1' };
    world.records.set('alert/real', { alert: 'real', status: 'firing', at: 1, receivedAt: 1, holds: held });
    world.records.set('incident/open', { incident: 'open', status: 'open', scope: 'azure/x', detectedAt: 1 });
    await sweeps(world, 6);
    expect(world.recoveries()).toHaveLength(1);
    await world.after(401 * day);
    await sweeps(world, 12);
    expect(world.recoveries()).toEqual([]);
    expect(world.all('service-recovery/')).toEqual([]);
    expect(world.all<{ alert: string }>('alert/').map(({ alert }) => alert)).toEqual(['real']);
    expect(world.all<{ incident: string }>('incident/').map(({ incident }) => incident)).toEqual(['open']);
    expect(world.largest).toBeLessThanOrEqual(limits.transactionItems);
  });

  it('stays while what it left is out of use for it', async () => {
    const world = new World(history());
    await lostAndBack(world);
    expect(world.recoveries()).toMatchObject([{ state: 'completed' }]);
    await world.after(500 * day);
    await sweeps(world, 12);
    expect(world.recoveries()).toHaveLength(1);
  });

  it('is forgotten when there is too much of it, the oldest days first, and the newest never', async () => {
    const world = new World(history(20));
    for (let i = 0; i < 60; i++) {
      const at = world.now + Math.floor(i / 12) * day;
      world.records.set(`alert/${String(i).padStart(2, '0')}`, {
        alert: `${i}`,
        status: 'resolved',
        at,
        receivedAt: at,
      });
    }
    await world.after(5 * day);
    await sweeps(world, 8);
    expect(world.all('alert/')).toHaveLength(60);
    await world.after(3_600_000);
    await sweeps(world, 8);
    expect(world.all<{ alert: string }>('alert/').map(({ alert }) => Number(alert))).toEqual(
      Array.from({ length: 12 }, (_, i) => 48 + i),
    );
  });

  it('is bounded by whole days', () => {
    expect(cutoff({ 1: 5, 2: 5, 3: 5 }, 10)).toBe(2 * day);
    expect(cutoff({ 1: 5, 2: 5, 3: 5 }, 15)).toBe(0);
    expect(cutoff({ 3: 500 }, 10)).toBe(0);
    expect(cutoff({ 2: 1, 3: 500 }, 10)).toBe(3 * day);
  });
});

describe('the summary', () => {
  it('counts what is open, and what ended, without reading all that ever was', async () => {
    const world = new World();
    expect(await summaryOf(world.reader())).toEqual({ recoveries: {}, last: [], openIncidents: 0 });
    await standing(world, placed('cart', { targets: ['gcp/europe-west1/cloud-run'] }));
    await lostAndBack(world);
    await world.deliver(health('unreachable', world.now, 'gcp/europe-west1'));
    await world.after(16_000);
    const read: string[] = [];
    const reader = world.reader();
    const found = await summaryOf({
      ...reader,
      list: (prefix, page) => (read.push(prefix), reader.list(prefix, page)),
    });
    expect(found).toMatchObject({
      recoveries: { completed: 1, running: 1 },
      last: [{ scope: 'aws/eu-west-1', recoveryTimeMs: 16_000, overRto: 0, overRpo: 0 }],
      openIncidents: 2,
    });
    expect(read).toEqual(['open-recovery/', 'open-incident/']);
  });
});
