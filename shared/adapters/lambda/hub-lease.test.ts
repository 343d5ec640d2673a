import { describe, expect, it } from 'vitest';
import type { Lease } from '../../ports/lease-store.ts';
import { createHubLease, hubLeaseFrom } from './hub-lease.ts';

function setup(held: Partial<Lease> | undefined) {
  let now = 0;
  let asked = 0;
  let register: Lease | 'away' | undefined;
  const put = (change: Partial<Lease> | 'away' | undefined): void => {
    const lease = { holder: 'a', epoch: 3, tenure: 3, from: 0, beat: 2, until: 30_000 };
    register = change === 'away' || change === undefined ? change : { ...lease, ...change };
  };
  put(held);
  const read = () => {
    asked += 1;
    if (register === 'away') return Promise.reject(new Error('no answer'));
    return Promise.resolve(register && { lease: register, tag: '1' });
  };
  const lease = createHubLease({ hub: 'a', table: 't', read, clock: { now: () => now } });
  return { lease, put, asked: () => asked, pass: (ms: number) => void (now += ms) };
}

describe("a hub's lease", () => {
  it.each([
    ['active', {}],
    ['waiting', { beat: 1 }],
    ['waiting', { until: 0 }],
    ['standby', { holder: 'b' }],
    ['standby', { released: true }],
    ['standby', undefined],
  ] as const)('makes the hub %s when the register says %o', async (standing, held) => {
    const { lease } = setup(held);
    expect(await lease.standing()).toBe(standing);
    const active = lease.active();
    if (standing === 'active') expect(await active).toMatchObject({ epoch: 3 });
    else await expect(active).rejects.toMatchObject({ name: 'NotTheActiveHub', giveBack: true });
  });

  it('is asked for once a second, however many want to know', async () => {
    const { lease, put, asked, pass } = setup({});
    await Promise.all([lease.active(), lease.active(), lease.standing()]);
    put({ holder: 'b', epoch: 4 });
    pass(999);
    expect([await lease.standing(), asked()]).toEqual(['active', 1]);
    pass(1);
    expect([await lease.standing(), asked()]).toEqual(['standby', 2]);
    put({ epoch: 5 });
    lease.forget();
    expect([await lease.standing(), asked()]).toEqual(['active', 3]);
  });

  it('that ends within the second is over', async () => {
    const { lease, pass } = setup({ until: 500 });
    await lease.active();
    pass(500);
    await expect(lease.active()).rejects.toMatchObject({ name: 'NotTheActiveHub' });
  });

  it('that cannot be read is neither one’s own nor another’s, and is asked for again', async () => {
    const { lease, put, asked } = setup({});
    put('away');
    await expect(lease.standing()).rejects.toThrow('no answer');
    put({});
    expect([await lease.standing(), asked()]).toEqual(['active', 2]);
  });

  it('is none where no register was deployed, and wants to know its hub where one was', () => {
    const clock = { now: () => 0 };
    expect(hubLeaseFrom({}, clock)).toBeUndefined();
    expect(() => hubLeaseFrom({ HOMEOSTASIS_LEASE_TABLE: 't' }, clock)).toThrow('HOMEOSTASIS_HUB');
  });
});
