import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { LeaseStoreUnavailable, NotTheActiveHub } from '../../shared/ports/lease-store.ts';
import { clock, createIngress, foreign, shop } from './fixtures.ts';

function hub(standing: 'active' | 'standby' | 'unknown') {
  const errors = {
    standby: new NotTheActiveHub('eu-west-1', undefined),
    unknown: new LeaseStoreUnavailable('no answer'),
  };
  const active = () => (standing === 'active' ? Promise.resolve() : Promise.reject(errors[standing]));
  const runtime = createMemoryRuntime({ clock });
  const bus = {
    publish: (entries: Parameters<typeof runtime.bus.publish>[0]) => active().then(() => runtime.bus.publish(entries)),
  };
  return createIngress(
    { ...runtime, bus: standing === 'active' ? runtime.bus : (bus as typeof runtime.bus) },
    { active },
  );
}

describe('one of two hubs', () => {
  it.each([
    ['active', 200],
    ['standby', 503],
    ['unknown', 503],
  ] as const)(
    'that is %s answers health checkers with %i, and with nothing else to learn',
    async (standing, status) => {
      const answer = await hub(standing).raw('/healthz/active', { headers: { authorization: '' } });
      expect([answer.status, await answer.json()]).toEqual([status, { active: status === 200 }]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect((await hub(standing).raw('/healthz')).status).toBe(200);
    },
  );

  it('that stands by takes nothing, says when to try again, and still shows what there is', async () => {
    const { post, publish, request, logged } = hub('standby');
    const refusals = [
      await publish(foreign()),
      await post('/v1/applications', shop, { 'content-type': 'application/yaml' }),
      await post('/v1/clouds/survey', {}),
      await post('/v1/replay', { consumer: 'a/b', after: 0 }),
      await post('/v1/dead-letters/redrive', { ids: 'all' }),
    ];
    for (const { status, headers, body } of refusals) {
      expect([status, headers.get('retry-after'), headers.get('content-type'), body['title']]).toEqual([
        503,
        '15',
        'application/problem+json',
        'Standing By',
      ]);
    }
    expect((await request('/v1/events')).status).toBe(200);
    expect(logged).toEqual([]);
  });

  it('that cannot tell changes nothing', async () => {
    const { status, headers } = await hub('unknown').post('/v1/dead-letters/redrive', { ids: 'all' });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('that is active is as one alone', async () => {
    const { publish, post } = hub('active');
    expect((await publish(foreign())).status).toBe(202);
    expect((await post('/v1/dead-letters/redrive', { ids: 'all' })).status).toBe(200);
  });

  it('alone does not know the question', async () => {
    const { raw } = createIngress(createMemoryRuntime({ clock }));
    expect((await raw('/healthz/active')).status).toBe(404);
  });
});
