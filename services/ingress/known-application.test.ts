import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { clock, createIngress, shop } from './fixtures.ts';

/** As placement offers them, of the applications given. */
function owned(names: readonly string[]): readonly QueryRoute[] {
  const absent = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no such application' };
  return [
    {
      method: 'GET',
      path: '/applications',
      answer: () =>
        Promise.resolve({ status: 200, body: { applications: names.map((application) => ({ application })) } }),
    },
    {
      method: 'GET',
      path: '/applications/:application',
      answer: ({ params }) =>
        Promise.resolve(
          names.includes(params['application'] ?? '') ? { status: 200, body: {} } : { status: 404, body: absent },
        ),
    },
  ];
}

const ingress = (names: readonly string[]) => createIngress(createMemoryRuntime({ clock }), { routes: owned(names) });
const yaml = { 'content-type': 'application/yaml' };
const scaled = { services: [{ name: 'web', replicas: 3 }] };

describe('a change to an application', () => {
  it('that is there is taken', async () => {
    const { post, request } = ingress(['shop']);
    expect((await post('/v1/applications/shop/scale', scaled)).status).toBe(202);
    expect((await request('/v1/applications/shop', { method: 'DELETE' })).status).toBe(202);
  });

  it('that nobody knows is refused at once, with the names there are, and leaves nothing behind', async () => {
    const { post, request, stored } = ingress(['bakery', 'shop']);
    const detail = 'there is no application shpo; did you mean "shop"? known applications: bakery, shop';
    expect(await post('/v1/applications/shpo/scale', scaled)).toMatchObject({ status: 404, body: { detail } });
    expect(await request('/v1/applications/shpo', { method: 'DELETE' })).toMatchObject({
      status: 404,
      body: { detail },
    });
    expect(await stored()).toEqual([]);
    expect(await ingress([]).post('/v1/applications/shpo/scale', scaled)).toMatchObject({
      status: 404,
      body: { detail: 'there is no application shpo; there are no applications' },
    });
  });

  it('that was accepted a moment ago and is not placed yet is taken', async () => {
    const { post, request } = ingress([]);
    await post('/v1/applications', shop, yaml);
    // Another one whose name begins alike says nothing of it.
    await post('/v1/applications', shop.replace('name: shop', 'name: shopping'), yaml);
    expect((await post('/v1/applications/shop/scale', scaled)).status).toBe(202);
    expect((await request('/v1/applications/sho', { method: 'DELETE' })).status).toBe(404);
    // Withdrawn while it was on its way: nothing is left to change.
    expect((await request('/v1/applications/shop', { method: 'DELETE' })).status).toBe(202);
    expect((await post('/v1/applications/shop/scale', scaled)).status).toBe(404);
  });

  it('that was accepted and has not come over the bus yet is taken, and not when it was withdrawn', async () => {
    const turn = (id: string, type: string) => ({ type, source: '/s', id });
    const accepted = (last: ReturnType<typeof turn> | undefined, runtime = createMemoryRuntime({ clock })) =>
      createIngress(runtime, {
        routes: owned([]),
        recent: (name) => Promise.resolve(name === 'shop' ? last : undefined),
      });
    const status = async ({ post }: ReturnType<typeof accepted>, name = 'shop') =>
      (await post(`/v1/applications/${name}/scale`, scaled)).status;
    expect(await status(accepted(turn('e1', applicationSubmitted.type)))).toBe(202);
    expect(await status(accepted(turn('e1', applicationSubmitted.type)), 'shpo')).toBe(404);
    expect(await status(accepted(turn('e2', applicationWithdrawn.type)))).toBe(404);
    expect(await status(accepted(undefined))).toBe(404);
    // Once it is in the log, what the log has behind it counts: here that it was withdrawn.
    const runtime = createMemoryRuntime({ clock });
    const { post, request, stored } = createIngress(runtime, { routes: owned([]) });
    await post('/v1/applications', shop, yaml);
    const [submitted] = await stored();
    await request('/v1/applications/shop', { method: 'DELETE' });
    expect(await status(accepted(submitted, runtime))).toBe(404);
  });

  it('that was refused is not there', async () => {
    const runtime = createMemoryRuntime({ clock });
    const { post } = createIngress(runtime, { routes: owned([]) });
    await post('/v1/applications', shop, yaml);
    const [submitted] = await runtime.log.read({ type: applicationSubmitted.type });
    const { type, subject, data } = placementRejected.draft({
      application: 'shop',
      cause: 'submitted',
      reason: 'NoFeasiblePlacement',
      message: 'nowhere',
      services: [],
    });
    if (submitted === undefined) throw new Error('nothing was submitted');
    await runtime.bus.publish([{ event: { ...submitted.event, id: 'r', type, subject, data } }]);
    expect((await post('/v1/applications/shop/scale', scaled)).status).toBe(404);
  });

  it('is taken where nobody can be asked', async () => {
    const { post } = createIngress(createMemoryRuntime({ clock }));
    expect((await post('/v1/applications/shop/scale', scaled)).status).toBe(202);
  });
});
