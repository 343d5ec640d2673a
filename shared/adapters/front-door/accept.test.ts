import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import type { PublishResult } from '../../ports/event-bus.ts';
import { LeaseStoreUnavailable, NotTheActiveHub, type Lease } from '../../ports/lease-store.ts';
import { twice } from './accept.ts';

const lease: Lease = { holder: 'a', epoch: 3, tenure: 3, from: 0, beat: 2, until: 1 };
const entries = [{ event: { id: 'e1', source: '/s' } as Envelope }];

function setup(from: { readonly lease?: Error; readonly publish?: PublishResult | Error; readonly second?: Error }) {
  const steps: string[] = [];
  const step = <T>(name: string, found: T | Error): Promise<T> => {
    steps.push(name);
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  };
  const publish = async () => [await step('publish', from.publish ?? 'accepted')];
  const second = { keep: (_: unknown, { epoch }: Lease) => step(`second ${epoch}`, from.second) as Promise<void> };
  return { steps, accept: twice(publish, { lease: { active: () => step('lease', from.lease ?? lease) }, second }) };
}

describe('an event is accepted', () => {
  it.each(['accepted', 'duplicate'] as const)('with a second copy, also when it is known (%s)', async (publish) => {
    const { accept, steps } = setup({ publish });
    expect(await accept(entries)).toEqual([publish]);
    expect(steps).toEqual(['lease', 'publish', 'second 3']);
  });

  it('by no hub that stands by: nothing is written anywhere', async () => {
    const { accept, steps } = setup({ lease: new NotTheActiveHub('a', undefined) });
    await expect(accept(entries)).rejects.toMatchObject({ name: 'NotTheActiveHub' });
    expect(steps).toEqual(['lease']);
  });

  it('by no hub that cannot tell', async () => {
    const { accept } = setup({ lease: new LeaseStoreUnavailable('no answer') });
    await expect(accept(entries)).rejects.toMatchObject({ name: 'BusUnavailable', message: 'no answer' });
  });

  it('neither without its commit nor without its copy', async () => {
    const refused = setup({ publish: new NotTheActiveHub('a', 3) });
    await expect(refused.accept(entries)).rejects.toMatchObject({ name: 'NotTheActiveHub' });
    expect(refused.steps).toEqual(['lease', 'publish']);
    await expect(setup({ second: new Error('silent') }).accept(entries)).rejects.toThrow('silent');
  });
});
