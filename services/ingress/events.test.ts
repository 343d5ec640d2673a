import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { BusUnavailable } from '../../shared/ports/event-bus.ts';
import { clock, createIngress, foreign } from './fixtures.ts';

const ingress = (overrides = {}) => createIngress(createMemoryRuntime({ clock }), overrides);
const ce = { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/ci/github', 'ce-type': 'com.example.built' };
const json = { 'content-type': 'application/json' };

describe('structured mode', () => {
  it('takes an event, keeps it, and says that nobody reads its type', async () => {
    const { publish, stored } = ingress();
    const { status, body } = await publish(foreign({ subject: 'build/7', traceid: 'a' }));
    expect(status).toBe(202);
    expect(body).toEqual({ events: [{ id: 'e1', type: 'com.example.built', duplicate: false, routed: false }] });
    expect(await stored()).toEqual([
      {
        ...foreign({ subject: 'build/7', traceid: 'a' }),
        time: '2026-11-21T08:00:00.000Z',
        datacontenttype: 'application/json',
        correlationid: 'e1',
      },
    ]);
  });

  it('knows the same source and id again, and stores it once', async () => {
    const { publish, stored } = ingress();
    await publish(foreign());
    const { status, body } = await publish(foreign({ data: 'other' }));
    expect(status).toBe(202);
    expect(body).toMatchObject({ events: [{ duplicate: true }] });
    expect(await publish(foreign({ source: '/ci/gitlab' }))).toMatchObject({
      body: { events: [{ duplicate: false }] },
    });
    expect(await stored()).toHaveLength(2);
  });

  it.each([
    ['application/cloudevents+json; charset=utf-8', 202],
    ['application/cloudevents+json;charset="UTF-8"', 202],
    ['Application/CloudEvents+JSON', 202],
    ['application/cloudevents+json; charset=utf-16', 415],
    ['application/cloudevents+jsonx', 415],
    ['application/cloudevents+xml', 415],
    ['application/cloudevents', 415],
    ['text/plain', 400],
    ['application/json', 400],
  ])('of media type %s answers %i', async (type, status) => {
    expect((await ingress().post('/v1/events', foreign(), { 'content-type': type })).status).toBe(status);
  });

  it('tells who sends a whole event as plain JSON what to send instead', async () => {
    const { body } = await ingress().post('/v1/events', foreign(), json);
    expect(body['detail']).toContain('use content-type application/cloudevents+json');
  });

  it.each([
    ['not JSON', '{"a":', 400, /not JSON/],
    ['an empty body', '', 400, /not JSON/],
    ['a list', [foreign()], 400, /must be a JSON object/],
    ['null', 'null', 400, /must be a JSON object/],
    ['no specversion', foreign({ specversion: undefined }), 400, /specversion/],
    ['another specversion', foreign({ specversion: '0.3' }), 400, /specversion/],
    ['no type', foreign({ type: undefined }), 400, /"type" is required/],
    ['an empty id', foreign({ id: '' }), 400, /"id" must be a non-empty string/],
    ['a number as id', foreign({ id: 7 }), 400, /"id"/],
    ['an endless id', foreign({ id: 'x'.repeat(257) }), 400, /at most 256/],
    ['an upper-case extension', foreign({ traceId: 'x' }), 400, /"traceId" is not a valid extension name/],
    ['an object as extension', foreign({ trace: {} }), 400, /"trace" must be a string/],
    [
      'a prototype as extension',
      '{"specversion":"1.0","id":"1","source":"/a","type":"b","__proto__":{"x":1}}',
      400,
      /__proto__/,
    ],
    ['binary data', foreign({ data_base64: 'aGk=' }), 400, /data_base64/],
    ['data that is no JSON', foreign({ datacontenttype: 'text/xml' }), 400, /JSON media type/],
    ['no time of day', foreign({ time: '2026-11-21' }), 400, /RFC 3339/],
    ['a 13th month', foreign({ time: '2026-13-01T00:00:00Z' }), 400, /RFC 3339/],
    ['a line break in the type', foreign({ type: 'a\n\ndata: forged' }), 400, /"type" holds a control character/],
    ['an escape code in the subject', foreign({ subject: '\u001b[2J' }), 400, /"subject" holds a control character/],
    ['half a surrogate pair', foreign({ subject: '\ud800' }), 400, /surrogate/],
    ['a source that is no URI', foreign({ source: 'my laptop' }), 400, /"source" must be a URI-reference/],
    [
      'a depth no reader survives',
      `{"specversion":"1.0","id":"1","source":"/a","type":"b","data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      400,
      /nested/,
    ],
  ])('refuses %s and stores nothing', async (_, event, status, detail) => {
    const { publish, stored } = ingress();
    const answer = await publish(event);
    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(detail) as unknown } });
    expect(await stored()).toEqual([]);
  });

  it('refuses bytes that are not UTF-8 rather than store other characters', async () => {
    const { request, stored } = ingress();
    const body = Buffer.from(JSON.stringify(foreign({ data: 'ä' })), 'latin1');
    const headers = { 'content-type': 'application/cloudevents+json' };
    expect(await request('/v1/events', { method: 'POST', body, headers })).toMatchObject({
      status: 400,
      body: { detail: 'the body is not valid UTF-8' },
    });
    expect(await stored()).toEqual([]);
  });
});

describe('binary mode', () => {
  it.each(['binary', 'structured'] as const)('takes what the CloudEvents library sends in %s mode', async (mode) => {
    const { post, stored } = ingress();
    const sent = new CloudEvent({ id: 'e1', source: '/lib', type: 'com.example.built', subject: 's', data: { n: 1 } });
    const { headers, body } = HTTP[mode](sent);
    expect((await post('/v1/events', body, headers as Record<string, string>)).status).toBe(202);
    expect(await stored()).toMatchObject([{ id: 'e1', source: '/lib', subject: 's', time: sent.time, data: { n: 1 } }]);
  });

  it.each(['application/json; charset=utf-8', 'application/vnd.api+json', 'text/json'])(
    'reads data of %s',
    async (type) => {
      const { post, stored } = ingress();
      const { status } = await post('/v1/events', '{"n":1}', { ...ce, 'content-type': type });
      expect(status).toBe(type === 'text/json' ? 415 : 202);
      expect(await stored()).toMatchObject(status === 202 ? [{ data: { n: 1 } }] : []);
    },
  );

  it('undoes the percent-encoding of headers, and leaves a lone percent sign', async () => {
    const { post, stored } = ingress();
    await post('/v1/events', '{}', {
      ...ce,
      ...json,
      'ce-subject': 'caf%C3%A9',
      'ce-note': '100% sure',
      'ce-dryrun': 'true',
    });
    expect(await stored()).toMatchObject([{ subject: 'café', note: '100% sure', dryrun: true }]);
  });

  it('takes an event without data', async () => {
    const { request, stored } = ingress();
    expect((await request('/v1/events', { method: 'POST', headers: ce })).status).toBe(202);
    expect(await stored()).toMatchObject([{ id: 'e1' }]);
  });

  it.each([
    ['no ce-id', { ...ce, ...json, 'ce-id': '' }, 400, /"id"/],
    ['no ce-specversion', { ...json }, 400, /ce-specversion/],
    ['bytes that are not UTF-8 in a header', { ...ce, ...json, 'ce-subject': '%ff' }, 400, /percent-encoded/],
    ['a forged line break in a header', { ...ce, ...json, 'ce-subject': 'a%0Ab' }, 400, /control character/],
    ['data in a header', { ...ce, ...json, 'ce-data': '1' }, 400, /belongs into the body/],
    ['text as data', { ...ce, 'content-type': 'text/plain' }, 415, /text\/plain/],
    ['the Event Grid schema', { ...json, 'aeg-event-type': 'Notification' }, 415, /Cloud Event Schema v1\.0/],
  ])('refuses %s', async (_, headers, status, detail) => {
    const answer = await ingress().post('/v1/events', '{}', headers);
    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) as unknown } });
  });
});

describe('batch mode', () => {
  it('takes all, in order, and tells duplicates within it', async () => {
    const { batch, stored } = ingress();
    const { status, body } = await batch([foreign({ id: 'a' }), foreign({ id: 'b' }), foreign({ id: 'a' })]);
    expect(status).toBe(202);
    expect(body).toMatchObject({ events: [{ duplicate: false }, { duplicate: false }, { duplicate: true }] });
    expect((await stored()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('takes none when one is bad, and says which', async () => {
    const { batch, stored } = ingress();
    const { status, body } = await batch([foreign(), foreign({ type: '' }), foreign({ id: '' })]);
    expect(status).toBe(400);
    expect(body['detail']).toBe('event 2 of the batch: event attribute "type" must be a non-empty string');
    expect(body['errors']).toMatchObject([{ field: '[1].type' }]);
    expect(await stored()).toEqual([]);
  });

  it('takes none when one is too large', async () => {
    const { batch, stored } = ingress();
    expect((await batch([foreign(), foreign({ id: 'big', data: 'x'.repeat(256 * 1024) })])).status).toBe(413);
    expect(await stored()).toEqual([]);
  });

  it('takes an empty one, and at most a hundred', async () => {
    const { batch } = ingress();
    expect(await batch([])).toMatchObject({ status: 202, body: { events: [] } });
    const many = Array.from({ length: 101 }, (_, i) => foreign({ id: String(i) }));
    expect(await batch(many.slice(1))).toMatchObject({ status: 202 });
    expect(await batch(many)).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('101') as unknown },
    });
  });

  it('refuses what is not a list', async () => {
    expect(await ingress().batch(foreign())).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('array') as unknown },
    });
  });
});

describe('accepting', () => {
  it('answers only once the event is durable', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly ['accepted']>();
    const { publish } = ingress({ bus: { publish: () => promise } });
    let answered = false;
    const answer = publish(foreign()).finally(() => (answered = true));
    await new Promise((done) => setImmediate(done));
    expect(answered).toBe(false);
    resolve(['accepted']);
    expect((await answer).status).toBe(202);
  });

  it.each([
    [new BusUnavailable('disk full: /var/lib/secret'), 503],
    [new Error('SQLITE_CORRUPT at /var/lib/secret'), 500],
  ])('claims nothing when it cannot be made durable: %s', async (error, status) => {
    const { publish, logged } = ingress({ bus: { publish: () => Promise.reject(error) } });
    const answer = await publish(foreign());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|SQLITE|accepted"/);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    // For whoever runs it, the reason is in the log.
    expect(logged).toMatchObject([{ what: 'ingress.failed', facts: { message: error.message } }]);
  });
});
