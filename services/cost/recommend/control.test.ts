import { expect, it } from 'vitest';
import { control } from './control.ts';
import { now } from './fixtures.ts';
import type { Proposal } from './proposal.ts';
import { reconcile } from './reconcile.ts';
import { moved } from './record.ts';

const proposal = (kind: Proposal['kind'], path: string, to: unknown): Proposal => ({
  ...{ kind, monthlySavingMicros: 50e6, oneOffMicros: 0, confidence: 0.9, risk: 'low', reason: '', evidence: [] },
  change: [{ path, to }],
});

it('what was carried out instead of one leaves nothing of it to apply, until it is judged again', () => {
  const about = { application: 'shop', service: 'web', now, accept: [] };
  const [size, night, cheap] = reconcile(
    [],
    [
      proposal('rightsize', '/replicas', 2),
      proposal('scale-schedule', '/schedule', []),
      proposal('spot', '/spot', true),
    ],
    about,
  ).records;
  if (size === undefined || night === undefined || cheap === undefined) throw new Error('three were expected');
  const live = moved(size, 'live', 'stands', now);
  const wish = { action: 'apply', by: 'jo', now } as const;
  // Eight replicas became two: fewer of them at night is no answer to eight any more.
  const refused = control(night, [live, night, cheap], wish);
  expect(refused.events).toEqual([]);
  expect(refused.record).toMatchObject({
    state: 'open',
    control: { refused: expect.stringContaining(`${size.id} was carried out instead`) as string },
  });
  expect(control(cheap, [live, night, cheap], wish).record.state).toBe('accepted');
  expect(control(night, [size, cheap], wish).record.state).toBe('accepted');
});
