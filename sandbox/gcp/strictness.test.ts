import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, image, openBed, parent } from './test-bed.ts';
import type { Bed } from './test-bed.ts';

interface ErrorBody {
  readonly error: {
    readonly code: number;
    readonly status: string;
    readonly message: string;
    readonly details?: readonly Record<string, unknown>[];
  };
}

describe('REST strictness', () => {
  let bed: Bed;
  beforeEach(async () => void (bed = await openBed()));
  afterEach(() => bed.close());

  const post = async (body: unknown, query = 'serviceId=web'): Promise<ErrorBody & { status: number }> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${bed.rest}/v2/${parent}/services?${query}`, { method: 'POST', body: text });
    return { ...((await answer.json()) as ErrorBody), status: answer.status };
  };
  const container = (extra: object) => ({ template: { containers: [{ image, ...extra }] } });

  it.each([
    [{ ...container({}), colour: 'red' }, `Unknown name "colour" at 'service': Cannot find field.`],
    [container({ imagine: 1 }), `Unknown name "imagine" at 'service.template.containers[0]': Cannot find field.`],
    [
      { ...container({}), ingress: 'EVERYWHERE' },
      `Invalid value at 'service.ingress' (type.googleapis.com/google.cloud.run.v2.IngressTraffic), "EVERYWHERE"`,
    ],
    [
      { template: { ...container({}).template, maxInstanceRequestConcurrency: 'abc' } },
      `Invalid value at 'service.template.max_instance_request_concurrency' (TYPE_INT32), "abc"`,
    ],
    [
      { template: { ...container({}).template, timeout: '5 minutes' } },
      "Illegal duration format; duration must end with 's'",
    ],
    [{ ...container({}), description: 5 }, `Invalid value at 'service.description' (TYPE_STRING), 5`],
    [{ template: [] }, 'Proto field is not repeating, cannot start list.'],
    [
      container({ env: [{ name: 'A', value: 'x', valueSource: { secretKeyRef: { secret: 's' } } }] }),
      "oneof field 'values' is already set",
    ],
    ['{"template":', 'Invalid JSON payload received.'],
    ['[]', 'Root element must be a message'],
  ])('refuses %j', async (body, message) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(answer.error.message).toContain(message);
    expect(bed.face.resources()).toEqual([]);
  });

  it('refuses a startup probe that takes longer than a container may', async () => {
    const probe = (periodSeconds: number, failureThreshold: number) =>
      container({ startupProbe: { httpGet: { path: '/' }, periodSeconds, failureThreshold } });
    const refused = await post(probe(60, 5));
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused)).toContain('failure_threshold * period_seconds must be at most 240, but was 300');
    expect((await post(probe(60, 4))).status).toBe(200);
  });

  it('refuses unknown query parameters and takes system parameters', async () => {
    expect((await post(container({}), 'serviceId=web&colour=red')).error.message).toContain(
      `Unknown name "colour": Cannot bind query parameter.`,
    );
    expect((await post(container({}), 'serviceId=web&prettyPrint=false&key=x')).status).toBe(200);
  });

  it('takes proto names as well as JSON names, and gives JSON names', async () => {
    const body = { template: { max_instance_request_concurrency: 7, containers: [{ image }] } };
    expect((await post(body, 'service_id=web&validate_only=true')).status).toBe(200);
    expect((await post(body)).status).toBe(200);
    const read = (await (await fetch(`${bed.rest}/v2/${parent}/services/web`)).json()) as Record<
      string,
      Record<string, unknown>
    >;
    expect(read['template']?.['maxInstanceRequestConcurrency']).toBe(7);
    expect(read['generation']).toBe('1');
  });

  it('answers enums as asked: names, or numbers for enum-encoding=int', async () => {
    await post(container({}));
    const ingress = async (query: string) =>
      ((await (await fetch(`${bed.rest}/v2/${parent}/services/web?${query}`)).json()) as Record<string, unknown>)[
        'ingress'
      ];
    expect(await ingress('')).toBe('INGRESS_TRAFFIC_ALL');
    expect(await ingress('%24alt=json%3Benum-encoding%3Dint')).toBe(1);
    expect((await fetch(`${bed.rest}/v2/${parent}/services/web?alt=xml`)).status).toBe(400);
  });

  it('answers 404 in HTML for a path of no method and 400 for a malformed name', async () => {
    const unknown = await fetch(`${bed.rest}/v2/nothing/here`);
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect((await fetch(`${bed.rest}/v2/projects/X/locations/europe-west1/services/web`)).status).toBe(400);
  });

  it('puts RetryInfo into a throttled answer', async () => {
    bed.faults.add({ kind: 'throttle' });
    const answer = await post(container({}));
    expect(answer.error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(answer.error.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: '1s',
    });
  });

  it('bounds bodies and survives a caller that goes away in the middle of one', async () => {
    const answer = await post(`{"description":"${'x'.repeat(3 * 1024 * 1024)}"}`);
    expect(answer.error.message).toContain('Request payload size exceeds the limit');
    const socket = connect(Number(new URL(bed.rest).port), '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    await new Promise<void>((resolve) => {
      socket.write('POST /v2/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => resolve());
    });
    socket.destroy();
    expect((await post(container({}))).status).toBe(200);
  });

  it('stops at the quota of services per region', async () => {
    await bed.close();
    bed = await openBed({ quotas: { servicesPerRegion: 1 } });
    expect((await post(container({}))).status).toBe(200);
    expect((await post(container({}), 'serviceId=two')).status).toBe(429);
  });
});

describe('tokens', () => {
  it('records calls without one, and refuses them only when told to', async () => {
    const open = await openBed();
    await fetch(`${open.rest}/v2/${parent}/services`);
    expect(open.face.anonymousCalls()).toBe(1);
    await open.close();

    const closed = await openBed({ requireToken: true });
    const answer = await fetch(`${closed.rest}/v2/${parent}/services`);
    expect([answer.status, ((await answer.json()) as ErrorBody).error.status]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await closed.clients('rest').services.listServices({ parent }))[0]).toEqual([]);
    expect(await failureOf(closed.clients('grpc').services.listServices({ parent }))).toMatchObject({ code: 16 });
    await closed.close();
  });
});
