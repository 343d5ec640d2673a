import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { clock, createIngress, foreign, shop } from './fixtures.ts';
import type { Identified, Principal, Right } from './principal.ts';

const route = (method: 'GET' | 'POST', path: string): QueryRoute => ({
  method,
  path,
  answer: () => Promise.resolve({ status: 200, body: {} }),
});

function ingressFor(principal: Partial<Principal>, identified?: Identified) {
  const known = { kind: 'known', principal: { name: 'ci', may: [], ...principal } } as const;
  const identify = () => identified ?? known;
  return createIngress(createMemoryRuntime({ clock }), {
    identify,
    routes: [route('GET', '/applications'), route('POST', '/plan')],
  });
}

interface Wanting {
  readonly right: Right;
  readonly method: string;
  readonly path: string;
  readonly init: RequestInit;
}

const wanting = (right: Right, method: string, path: string, body?: unknown): Wanting => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { right, method, path, init: { method, ...(body === undefined ? {} : { body: text }) } };
};

const requests: readonly Wanting[] = [
  wanting('read', 'GET', '/v1/status'),
  wanting('read', 'GET', '/v1/events'),
  wanting('read', 'HEAD', '/v1/events/stream'),
  wanting('read', 'GET', '/v1/dead-letters'),
  wanting('read', 'GET', '/v1/applications'),
  wanting('read', 'POST', '/v1/plan', {}),
  wanting('publish', 'POST', '/v1/applications', shop),
  wanting('publish', 'POST', '/v1/applications/shop/scale', { services: [{ name: 'web', replicas: 1 }] }),
  wanting('publish', 'DELETE', '/v1/applications/shop'),
  wanting('operate', 'POST', '/v1/dead-letters/redrive', { ids: 'all' }),
  wanting('operate', 'POST', '/v1/replay', { consumer: 'nobody', after: 0 }),
  wanting('operate', 'POST', '/v1/clouds/survey', {}),
];

describe('rights', () => {
  it.each(requests)('$right is what $method $path needs', async ({ right, method, path, init }) => {
    const others = (['read', 'publish', 'operate', 'report'] as const).filter((each) => each !== right);
    const refused = await ingressFor({ may: others, cloud: 'aws' }).request(path, init);
    expect(refused.status).toBe(403);
    if (method !== 'HEAD') expect(refused.body['detail']).toBe(`ci may ${others.join(', ')}; this needs ${right}`);
    const { status } = await ingressFor({ may: [right] }).request(path, init);
    // Replaying to nobody is a 404 of its own.
    expect([200, 202, 404].includes(status), `${status}`).toBe(true);
    expect(status === 404).toBe(path === '/v1/replay');
  });

  it('publishing is limited to the applications named', async () => {
    const { request, stored } = ingressFor({ may: ['publish', 'read'], applications: ['other-*'] });
    for (const { right, path, init } of requests.filter((each) => each.right === 'publish')) {
      const answer = await request(path, init);
      expect([right, answer.status, answer.body['detail']]).toEqual([
        'publish',
        403,
        'ci may change other-*; application shop is none of these',
      ]);
    }
    expect(await stored()).toEqual([]);
  });

  it('one event of a batch that may not be said keeps the others out', async () => {
    const { batch, stored } = ingressFor({ may: ['publish'] });
    const excluded = { type: 'dev.homeostasis.target.excluded.v1', data: { scope: 'aws', reason: 'x' } };
    expect(await batch([foreign({ id: 'a' }), foreign({ id: 'b', ...excluded })])).toMatchObject({
      status: 403,
      body: { detail: 'event 2 of the batch: ci may publish; this needs operate' },
    });
    expect(await stored()).toEqual([]);
  });

  it('somebody known whom no rule is about gets 403, and nobody 401', async () => {
    const unwelcome = ingressFor({}, { kind: 'unwelcome', detail: 'repo:x: no rule fits' });
    expect(await unwelcome.request('/v1/status')).toMatchObject({
      status: 403,
      body: { detail: 'repo:x: no rule fits' },
    });
    const stranger = ingressFor({}, { kind: 'stranger', detail: 'no claims' });
    expect(await stranger.request('/v1/status')).toMatchObject({ status: 401, body: { detail: 'no claims' } });
    expect(await stranger.request('/healthz')).toMatchObject({ status: 200 });
  });
});

describe('a survey', () => {
  const operator = { may: ['operate'] } as const;

  it('asks one region of every cloud that is enabled, in one chain', async () => {
    const { post, stored } = ingressFor(operator);
    const { status, body } = await post('/v1/clouds/survey', {});
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { id: 'request-1', accepted: [{ scope: 'aws/eu-west-1' }, { scope: 'gcp/europe-west1' }] },
    });
    expect(await stored()).toMatchObject([
      {
        type: 'dev.homeostasis.target.survey.v1',
        cloud: 'aws',
        correlationid: 'request-1',
        data: { scope: 'aws/eu-west-1' },
      },
      {
        type: 'dev.homeostasis.target.survey.v1',
        cloud: 'gcp',
        source: '/homeostasis/ingress',
        subject: 'gcp/europe-west1',
      },
    ]);
  });

  it.each([
    ['aws', 'aws/eu-west-1'],
    ['aws/eu-central-1', 'aws/eu-central-1'],
  ])('of %s asks %s', async (scope, asked) => {
    expect((await ingressFor(operator).post('/v1/clouds/survey', { scope })).body).toMatchObject({
      accepted: [{ scope: asked }],
    });
  });

  it('asked for again under its id is the same one', async () => {
    const { post, stored } = ingressFor(operator);
    const [first, again, other] = [
      await post('/v1/clouds/survey', { scope: 'gcp', id: 'mine' }),
      await post('/v1/clouds/survey', { scope: 'gcp', id: 'mine' }),
      await post('/v1/clouds/survey', { scope: 'gcp', id: 'other' }),
    ];
    expect(first.body).toEqual(again.body);
    expect(other.body).not.toEqual(first.body);
    expect(await stored()).toHaveLength(2);
  });

  it.each([
    [{ scope: 'azure' }, /"azure" is not enabled here; .*known clouds and regions: aws, gcp, aws\/eu-west-1/],
    [{ scope: 'aws/eu-wst-1' }, /did you mean "aws\/eu-west-1"/],
    [{ scope: 'constructor' }, /is not enabled here/],
    [{ scope: 7 }, /must be a cloud or a cloud\/region/],
    [{ region: 'x' }, /region is not known here/],
    [{ id: '' }, /id must be 1 to 100/],
    [{ id: 'a b' }, /id must be 1 to 100/],
  ])('refuses %j', async (body, detail) => {
    const { post, stored } = ingressFor(operator);
    const answer = await post('/v1/clouds/survey', body);
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(detail) as unknown } });
    expect(await stored()).toEqual([]);
  });
});
