import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { createSecrets } from '../../../shared/adapters/secrets/index.ts';
import { alertReceived, type Alert } from '../../../shared/contracts/alert-received.ts';
import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { BusUnavailable } from '../../../shared/ports/event-bus.ts';
import { createIngress, start, token } from '../fixtures.ts';
import type { IngressPorts } from '../ports.ts';
import { alertsPerMinute } from './budget.ts';
import { amFiring, amGroup, amResolved, deployments, hook, regions } from './fixtures.ts';
import { hooksFrom } from './options.ts';

const secret = 'correct-horse-battery';
const older = 'the-one-before-it-was';

function ingress(config: readonly HookConfig[] = [hook()], overrides: Partial<IngressPorts> = {}) {
  const time = { now: start };
  const clock = { now: () => time.now };
  const runtime = createMemoryRuntime({ clock });
  const environment = { TOKEN: `${secret}\n${older}\n` };
  const options = hooksFrom(
    config,
    createSecrets({ environment, clock, logger: { info() {}, warn() {}, error() {} } }),
  );
  const fetchText = () => Promise.reject(new Error('nothing is fetched here'));
  const made = createIngress(runtime, {
    clock,
    regions: () => Promise.resolve(regions),
    routes: [deployments()],
    hooks: { ...options, fetchText },
    ...overrides,
  });
  const alerts = async (): Promise<Alert[]> =>
    (await runtime.log.read({ limit: 50_000 })).flatMap(({ event }) =>
      event.type === alertReceived.type ? [alertReceived.parse(event).data] : [],
    );
  return { ...made, time, alerts };
}

describe('an alert', () => {
  it('of the captured Alertmanager becomes an event, is resolved, and repeats change nothing', async () => {
    const { post, alerts } = ingress();
    expect(await post('/v1/hooks/am', amFiring)).toMatchObject({
      status: 202,
      body: {
        hook: 'am',
        accepted: 1,
        duplicates: 0,
        alerts: [{ application: 'shop', service: 'checkout', scope: 'aws' }],
      },
    });
    expect(await post('/v1/hooks/am', amFiring)).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect(await post('/v1/hooks/am', amResolved)).toMatchObject({ body: { accepted: 1 } });
    const [firing, resolved, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(firing).toMatchObject({ status: 'firing', severity: 'critical', hook: 'am', dialect: 'alertmanager' });
    expect(resolved).toMatchObject({ status: 'resolved', alert: firing?.alert, startsAt: firing?.startsAt });
  });

  it('that maps to nothing is kept, and says why', async () => {
    const { post, alerts } = ingress();
    await post('/v1/hooks/am', amGroup([{ alertname: 'A', service: 'nosuch', cloud: 'aws' }]));
    const [alert] = await alerts();
    expect(alert).not.toHaveProperty('scope');
    expect(alert).toMatchObject({ labels: { service: 'nosuch' } });
    expect(alert?.notes?.join()).toMatch(/no service nosuch stands anywhere/);
  });

  it('from next year is dated now, and stays the same alert', async () => {
    const { post, alerts, time } = ingress();
    const body = JSON.parse(amGroup([{ alertname: 'A' }])) as { alerts: object[] };
    const late = { ...body, alerts: body.alerts.map((each) => ({ ...each, startsAt: '2027-11-21T08:00:00Z' })) };
    await post('/v1/hooks/am', late);
    time.now += 60_000;
    expect(await post('/v1/hooks/am', late)).toMatchObject({ body: { duplicates: 1 } });
    const [alert] = await alerts();
    expect(alert?.startsAt).toBe('2026-11-21T08:00:00.000Z');
    expect(alert?.notes?.join()).toMatch(/31536000 s ahead of the time here/);
  });

  it('takes a new severity or place for something new, though it fires on', async () => {
    const { post } = ingress();
    await post('/v1/hooks/am', amGroup([{ alertname: 'A', severity: 'warning' }]));
    const worse = await post('/v1/hooks/am', amGroup([{ alertname: 'A', severity: 'critical' }]));
    expect(worse).toMatchObject({ body: { accepted: 1, duplicates: 0 } });
  });

  it('cannot write on terminals, and is cut to what fits', async () => {
    const { post, alerts } = ingress();
    const labels = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`l${i}`, 'x'.repeat(600)]));
    await post('/v1/hooks/am', amGroup([{ alertname: 'A\u001b[2J\nB', ...labels }]));
    const [alert] = await alerts();
    expect(alert?.title).toBe('A [2J B');
    expect(Object.keys(alert?.labels ?? {})).toHaveLength(64);
    expect(alert?.notes?.join()).toMatch(/17 of its 81 labels are left out/);
  });
});

describe('a sender', () => {
  const by = (authentication: HookConfig['authentication']) => hook({ authentication });
  const sent = (config: HookConfig, headers: Record<string, string>, path = '/v1/hooks/am') =>
    ingress([config]).request(path, { method: 'POST', body: amFiring, headers: { authorization: '', ...headers } });
  const env = { environment: 'TOKEN' };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const signed = (key: string) => createHmac('sha256', key).update(amFiring).digest('hex');

  it.each([
    [
      'bearer',
      by({ type: 'bearer', token: env }),
      { authorization: `Bearer ${secret}` },
      { authorization: `Bearer ${token}` },
    ],
    ['bearer, of before', by({ type: 'bearer', token: env }), { authorization: `Bearer ${older}` }, {}],
    ['basic', by({ type: 'basic', username: 'am', password: env }), basic(`am:${secret}`), basic(`other:${secret}`)],
    [
      'hmac',
      by({ type: 'hmac', header: 'X-Signature', secret: env }),
      { 'x-signature': signed(secret) },
      { 'x-signature': signed('another-secret') },
    ],
    [
      'hmac, with its name in front',
      by({ type: 'hmac', header: 'X-Signature', secret: env }),
      { 'x-signature': `sha256=${signed(older)}` },
      { 'x-signature': 'sha256=' },
    ],
    ['api', by({ type: 'api' }), { authorization: `Bearer ${token}` }, { authorization: 'Bearer nobody' }],
  ])('is known by %s, and nobody else', async (_, config, right, wrong) => {
    expect(await sent(config, right)).toMatchObject({ status: 202 });
    for (const headers of [wrong, {}]) {
      const { status, body } = await sent(config, headers as Record<string, string>);
      expect([status, body]).toMatchObject([401, { title: 'Unauthorized' }]);
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  it('is known by the query, where it can send no header', async () => {
    const config = by({ type: 'query', parameter: 'code', token: env });
    expect(await sent(config, {}, `/v1/hooks/am?code=${secret}`)).toMatchObject({ status: 202 });
    expect(await sent(config, {}, '/v1/hooks/am?code=wrong-wrong-wrong')).toMatchObject({ status: 401 });
    expect(await sent(config, {})).toMatchObject({ status: 401 });
  });

  it('gets a challenge, and a stranger leaves nothing but a trace', async () => {
    const { request, alerts, logged } = ingress([by({ type: 'bearer', token: env })]);
    for (let i = 0; i < 50; i++) {
      const answer = await request('/v1/hooks/am', { method: 'POST', body: amFiring });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect(await alerts()).toEqual([]);
    expect(logged.filter(({ what }) => what === 'hooks.refused')).toHaveLength(1);
    expect((await request('/v1/hooks')).body).toMatchObject({ hooks: [{ hook: 'am', refused: 50, accepted: 0 }] });
  });

  it('that is not configured is told so', async () => {
    expect(await ingress().post('/v1/hooks/nosuch', amFiring)).toMatchObject({ status: 404 });
  });

  it('whose secret cannot be had is told of at start', () => {
    expect(() => ingress([by({ type: 'bearer', token: { environment: 'NOT_SET' } })])).toThrow(
      'hook am: the environment variable NOT_SET holds no secret',
    );
  });
});

describe('too much', () => {
  it('a body beyond 256 KB is refused, and somebody hears of it', async () => {
    const { post, alerts } = ingress();
    const large = amGroup([{ alertname: 'A', fill: 'x'.repeat(300_000) }]);
    expect(await post('/v1/hooks/am', large)).toMatchObject({ status: 413, body: { title: 'Content Too Large' } });
    expect(await post('/v1/hooks/am', large)).toMatchObject({ status: 413 });
    expect(await post('/v1/hooks/am', amFiring)).toMatchObject({ status: 202, body: { accepted: 2 } });
    const all = await alerts();
    expect(all.map(({ status, title }) => [status, title])).toEqual(
      expect.arrayContaining([
        ['firing', 'hook am cannot read what its sender sends'],
        ['resolved', 'hook am cannot read what its sender sends'],
        ['firing', 'HighErrorRate'],
      ]),
    );
    expect(all).toHaveLength(3);
  });

  it('a storm of 10,000 alerts in a minute is absorbed', async () => {
    const { post, alerts, time } = ingress();
    let taken = 0;
    for (let i = 0; i < 10; i++) {
      const group = amGroup(Array.from({ length: 1000 }, (_, n) => ({ alertname: `A${i}-${n}` })).map((each) => each));
      const { status, body } = await post(
        '/v1/hooks/am',
        group.replaceAll('"generatorURL":"http://prometheus:9090/graph",', ''),
      );
      expect(status).toBe(202);
      taken += body['accepted'] as number;
      time.now += 5000;
    }
    expect(taken).toBe(10_000);
    expect(new Set((await alerts()).map(({ alert }) => alert)).size).toBe(10_000);
  });

  it('noise beyond that is told to come again, and what is critical still gets in', async () => {
    const { post, time } = ingress([hook(), hook({ name: 'other' })]);
    const group = (severity: string, from: number) =>
      amGroup(Array.from({ length: 900 }, (_, n) => ({ alertname: `${severity}${from + n}`, severity })));
    let last = await post('/v1/hooks/am', group('info', 0));
    for (let i = 1; i <= alertsPerMinute / 900; i++) last = await post('/v1/hooks/am', group('info', i * 900));
    // Alertmanager repeats 5xx only.
    expect(last).toMatchObject({ status: 503, body: { deferred: 900 } });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    const mixed = amGroup([
      { alertname: 'noise', severity: 'info' },
      { alertname: 'fire', severity: 'critical' },
    ]);
    expect(await post('/v1/hooks/am', mixed)).toMatchObject({
      status: 503,
      body: { accepted: 1, deferred: 1, alerts: [{ title: 'fire' }] },
    });
    expect(await post('/v1/hooks/other', group('info', 0))).toMatchObject({ status: 202 });
    time.now += 60_000;
    expect(await post('/v1/hooks/am', mixed)).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 1 } });
  });

  it('is answered 429 where the sender repeats that', async () => {
    const { post } = ingress([hook({ dialect: 'cloudevents' })]);
    const batch = (at: number) =>
      Array.from({ length: 900 }, (_, i) => ({
        specversion: '1.0',
        id: `${at}-${i}`,
        source: '/t',
        type: 'incident.opened',
        data: {},
      }));
    let last = 202;
    for (let i = 0; i < 30 && last === 202; i++) {
      last = (await post('/v1/hooks/am', batch(i), { 'content-type': 'application/cloudevents-batch+json' })).status;
    }
    expect(last).toBe(429);
  });
});

it('nothing is promised that is not durable', async () => {
  const { post } = ingress([hook()], {
    bus: { publish: () => Promise.reject(new BusUnavailable('the disk is full')) },
  });
  expect(await post('/v1/hooks/am', amFiring)).toMatchObject({ status: 503 });
});

describe('an operator', () => {
  it('tries a hook with a sample, which moves nothing', async () => {
    const { post, alerts } = ingress([hook({ authentication: { type: 'bearer', token: { environment: 'TOKEN' } } })]);
    expect(await post('/v1/hooks/am/test', amFiring)).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await alerts()).toMatchObject([{ test: true, service: 'checkout' }]);
  });
  it('is shown no secret', async () => {
    const { request } = ingress([hook({ authentication: { type: 'bearer', token: { environment: 'TOKEN' } } })]);
    const { body } = await request('/v1/hooks');
    expect(body).toMatchObject({ hooks: [{ hook: 'am', dialect: 'alertmanager', authentication: 'bearer' }] });
    expect(JSON.stringify(body)).not.toMatch(/TOKEN|correct/);
  });
});

describe('an incident among events', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: '/ci',
    type: 'incident.opened',
    data: { title: 'slow', service: 'checkout' },
  };
  it('is an alert', async () => {
    const { publish, alerts } = ingress();
    expect(await publish(event)).toMatchObject({
      status: 202,
      body: { events: [{ type: alertReceived.type, routed: true }] },
    });
    expect(await publish(event)).toMatchObject({ body: { events: [{ duplicate: true }] } });
    expect(await alerts()).toMatchObject([
      { hook: 'events', dialect: 'cloudevents', application: 'shop', service: 'checkout' },
    ]);
  });
  it('of others that only sounds like one is left as it is', async () => {
    const { publish, alerts } = ingress();
    expect(await publish({ ...event, type: 'com.example.incident.opened' })).toMatchObject({
      body: { events: [{ routed: false }] },
    });
    expect(await alerts()).toEqual([]);
  });
});
