import { describe, expect, it } from 'vitest';
import type { Standing } from '../../shared/pipeline/lease-keeper.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { createActive, pulseMs } from './active.ts';
import { keep, type KeepPorts } from './keep.ts';

const lease = { holder: 'b', epoch: 4, tenure: 4, from: 3, beat: 2, until: 0 };
const active: Standing = { role: 'active', lease, tookOver: false };
const standby: Standing = { role: 'standby', because: 'the other hub holds the lease' };

/** A function of a minute; each look takes a second. */
function run(looks: (at: number) => Standing | Error, change: Partial<KeepPorts> = {}) {
  let time = 0;
  const seen: string[] = [];
  const ports: KeepPorts = {
    look: () => {
      time += 1_000;
      const standing = looks(time);
      return standing instanceof Error ? Promise.reject(standing) : Promise.resolve(standing);
    },
    whileActive: () => Promise.resolve({ began: false }),
    whileStandingBy: () => Promise.resolve(),
    everyMs: 5_000,
    remainingMs: () => 60_000 - time,
    wait: (ms) => {
      time += ms;
      return Promise.resolve();
    },
    clock: { now: () => time },
    logger: { ...silentLogger, warn: (what) => void seen.push(what), error: (what) => void seen.push(what) },
    measure: (name) => void seen.push(name),
    ...change,
  };
  return { done: keep(ports), seen, time: () => time };
}

describe('the keeper', () => {
  it('looks every five seconds until shortly before the function ends', async () => {
    const { done, seen, time } = run(() => standby);
    expect(await done).toEqual(standby);
    expect(seen).toEqual(Array.from({ length: 11 }, () => 'LeaseLook'));
    expect(time()).toBe(51_000);
  });

  it('tells a takeover, once', async () => {
    let took = false;
    const whileActive = () => {
      const began = !took;
      took = true;
      return Promise.resolve({ began });
    };
    const { done, seen } = run(() => active, { whileActive });
    await done;
    expect(seen.filter((each) => each !== 'LeaseLook')).toEqual(['lease.taken-over', 'LeaseTakeover']);
  });

  it.each([
    ['a look that fails', (): Error => new Error('no table'), {}, 'lease.look-failed'],
    [
      'a chore that fails',
      (): Standing => active,
      { whileActive: () => Promise.reject(new Error('no')) },
      'lease.chore-failed',
    ],
  ] as const)('goes on behind %s', async (_, looks, change, told) => {
    const { done, seen } = run(looks, change);
    await done;
    expect(seen.filter((each) => each === told)).toHaveLength(11);
  });
});

describe('the active hub', () => {
  it('says whose history its table holds when its tenure begins, and how far it is once a minute', async () => {
    let time = 0;
    const written: number[] = [];
    const sent: number[] = [];
    const act = createActive({
      readHistory: () => Promise.resolve({ tenure: 3, epoch: 3, beat: 1 }),
      writeHistory: ({ beat }) => Promise.resolve(void written.push(beat)),
      resend: (tenure) => Promise.resolve(sent.push(tenure)),
      clock: { now: () => time },
    });
    expect(await act({ ...lease, beat: 2 }, 0)).toEqual({ began: true });
    expect(await act({ ...lease, beat: 3 }, 0)).toEqual({ began: false });
    time += pulseMs;
    expect(await act({ ...lease, beat: 4 }, 0)).toEqual({ began: false });
    expect(written).toEqual([2, 4]);
    expect(sent).toEqual([4, 4]);
  });
});
