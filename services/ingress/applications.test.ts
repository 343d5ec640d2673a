import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { clock, createIngress, shop } from './fixtures.ts';

const ingress = (overrides = {}) => createIngress(createMemoryRuntime({ clock }), overrides);
const yaml = { 'content-type': 'application/yaml' };

describe('submitting', () => {
  it('makes one event of one application, whose id everything that follows carries', async () => {
    const { post, stored } = ingress();
    expect(await post('/v1/applications', shop, yaml)).toMatchObject({
      status: 202,
      body: { accepted: [{ application: 'shop', id: 'request-1' }] },
    });
    expect(await stored()).toMatchObject([
      {
        type: 'dev.homeostasis.application.submitted.v1',
        source: '/homeostasis/ingress',
        subject: 'shop',
        id: 'request-1',
        correlationid: 'request-1',
        time: '2026-11-21T08:00:00.000Z',
        data: { application: 'shop', spec: { metadata: { name: 'shop' } } },
      },
    ]);
  });

  it('takes several documents together, or none of them', async () => {
    const { post, stored } = ingress();
    const second = shop.replace('name: shop', 'name: bakery');
    expect(await post('/v1/applications', `${shop}---\n${second}`, yaml)).toMatchObject({
      body: { accepted: [{ application: 'shop' }, { application: 'bakery' }] },
    });
    const bad = second.replace('image:', 'imagee:');
    expect((await post('/v1/applications', `${shop}---\n${bad}`, yaml)).status).toBe(422);
    expect((await post('/v1/applications', `${shop}---\n${shop}`, yaml)).body['detail']).toContain(
      'second application "shop"',
    );
    expect(await stored()).toHaveLength(2);
  });

  it('takes JSON as well', async () => {
    const spec = {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name: 'shop' },
      spec: { services: [{ name: 'web', image: 'registry.example/web:1' }] },
    };
    expect((await ingress().post('/v1/applications', spec)).status).toBe(202);
  });

  it('stores a large spec as a document that the event points to', async () => {
    const runtime = createMemoryRuntime({ clock });
    const { post, stored } = createIngress(runtime);
    const env = Array.from({ length: 400 }, (_, i) => `        KEY_${i}: "${'x'.repeat(400)}"`).join('\n');
    const { status, body } = await post('/v1/applications', `${shop}      env:\n${env}\n`, yaml);
    expect(body['detail']).toBeUndefined();
    expect(status).toBe(202);
    const [event] = await stored();
    const { spec, document } = event?.data as {
      readonly spec?: unknown;
      readonly document: { sha256: string; bytes: number };
    };
    expect(spec).toBeUndefined();
    expect(await runtime.documents.get(document)).toMatchObject({ metadata: { name: 'shop' } });
  });

  it.each([
    ['malformed YAML', 'kind: [Application', /^shop\.yaml:1:\d+: not valid YAML/],
    ['nothing', '', /^shop\.yaml:1:1: holds no document/],
    ['a scalar', '42', /^shop\.yaml:1:1: /],
    [
      'an unknown key',
      shop.replace('image:', 'replcas: 2\n      image:'),
      /^shop\.yaml:8:7: spec\.services\[0\]\.replcas: unknown key.*did you mean "replicas"/,
    ],
    [
      'a link to nothing',
      `${shop}      links:\n        - { gbPerMonth: 1, to: nowhere }\n`,
      /^shop\.yaml:10:\d+: spec\.services\[0\]\.links\[0\]\.to/,
    ],
    ['a service twice', `${shop}    - name: web\n      image: b:1\n`, /^shop\.yaml:9:13: /],
    ['an absurd number', `${shop}      replicas: 1e9\n`, /^shop\.yaml:9:17: spec\.services\[0\]\.replicas/],
    ['a hundred thousand levels', '['.repeat(100_000), /^shop\.yaml:1:/],
  ])('says file, line, column and field of %s', async (_, text, detail) => {
    const { post, stored } = ingress();
    const { status, body } = await post('/v1/applications?file=shop.yaml', text, yaml);
    expect(status).toBe(422);
    expect(body['detail']).toMatch(detail);
    expect(body['errors']).toMatchObject([
      { detail: expect.stringMatching(detail) as unknown },
      ...(body['errors'] as []).slice(1),
    ]);
    expect(await stored()).toEqual([]);
  });
});

describe('If-Match', () => {
  it.each([
    ['"3"', 3],
    ['3', 3],
    ['"0"', 0],
  ])('%s asks for generation %i', async (header, generation) => {
    const { post, stored } = ingress();
    expect((await post('/v1/applications', shop, { ...yaml, 'if-match': header })).status).toBe(202);
    expect(await stored()).toMatchObject([{ data: { ifGeneration: generation } }]);
  });

  it.each(['*', '"abc"', 'W/"3"', '"3", "4"', '-1', '"3', '1e3', '""', '9999999999999999'])(
    '%s is refused rather than forgotten',
    async (header) => {
      const { post, stored } = ingress();
      expect((await post('/v1/applications', shop, { ...yaml, 'if-match': header })).status).toBe(400);
      expect(await stored()).toEqual([]);
    },
  );

  it('is for one application', async () => {
    const two = `${shop}---\n${shop.replace('name: shop', 'name: bakery')}`;
    expect((await ingress().post('/v1/applications', two, { ...yaml, 'if-match': '1' })).status).toBe(400);
  });
});

describe('scaling and withdrawing', () => {
  it('make events', async () => {
    const { post, request, stored } = ingress();
    expect((await post('/v1/applications/shop/scale', { services: [{ name: 'web', replicas: 3 }] })).status).toBe(202);
    expect((await request('/v1/applications/shop', { method: 'DELETE' })).status).toBe(202);
    expect((await stored()).map(({ type, subject }) => [type, subject])).toEqual([
      ['dev.homeostasis.application.scaled.v1', 'shop'],
      ['dev.homeostasis.application.withdrawn.v1', 'shop'],
    ]);
  });

  it.each([
    [{}, 'services', /must be a list/],
    [null, 'services', /must be a list/],
    [{ services: [] }, 'services', /fewer than 1/],
    [{ services: [{ name: 'web', replicas: -1 }] }, 'services.0.replicas', />= 0/],
    [{ services: [{ name: 'web', replicas: 1.5 }] }, 'services.0.replicas', /integer/],
    [{ services: [{ name: 'web', replicas: 5000 }] }, 'services.0.replicas', /<= 1000/],
    [{ services: [null] }, 'services.0', /object/],
    [
      {
        services: [
          { name: 'web', replicas: 1 },
          { name: 'web', replicas: 2 },
        ],
      },
      'services',
      /"web" twice/,
    ],
    [{ services: [{ name: 'web', replicas: 1 }], force: true }, 'force', /not known/],
  ])('refuses %j', async (body, field, detail) => {
    const { post, stored } = ingress();
    const answer = await post('/v1/applications/shop/scale', body);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field, detail: expect.stringMatching(detail) as unknown }] },
    });
    expect(answer.body['detail']).not.toContain('dev.homeostasis');
    expect(await stored()).toEqual([]);
  });

  it.each(['SHOP', 'a'.repeat(41), '%00', 'a b', '..%2f'])('refuses the application name %s', async (name) => {
    const { request, stored } = ingress();
    expect((await request(`/v1/applications/${name}`, { method: 'DELETE' })).status).toBe(422);
    expect(await stored()).toEqual([]);
  });
});
