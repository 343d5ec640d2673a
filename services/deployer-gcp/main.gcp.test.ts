import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBed, type Bed } from '../../sandbox/gcp/test-bed.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentObserve } from '../../shared/contracts/deployment-observe.ts';
import { deploymentReported } from '../../shared/contracts/deployment-reported.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { EventBus, Publication } from '../../shared/ports/event-bus.ts';
import { command } from './given.ts';
import { createApi, createTarget, type GcpSettings } from './index.ts';
import { createEntry, register, type EntryPorts } from './main.gcp.ts';

const event: Envelope = {
  specversion: '1.0',
  id: 'event-1',
  source: '/homeostasis/placement',
  type: deploymentApply.type,
  subject: 'shop/web/gcp/europe-west1/cloud-run',
  time: '2026-11-21T08:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'request-1',
  cloud: 'gcp',
  data: command(),
};

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const closed = (server: Server) =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });

let bed: Bed;
let close: () => Promise<void>;
let ports: EntryPorts;
let published: Publication[];
let publish: EventBus['publish'];

beforeEach(async () => {
  bed = await openBed();
  const settings: GcpSettings = {
    project: 'demo-project',
    transport: 'rest',
    endpoint: bed.face.endpoints['run'] ?? '',
    retryDelayMs: 0,
  };
  const api = createApi(settings);
  published = [];
  publish = (entries) => {
    published.push(...entries);
    return Promise.resolve(entries.map(() => 'accepted' as const));
  };
  ports = {
    target: createTarget(api, settings),
    publish: (entries) => publish(entries),
    clock: { now: () => Date.parse('2026-11-21T08:00:01Z') },
  };
  close = async () => {
    await api.close();
    await bed.close();
  };
});
afterEach(() => close());

const reports = () => published.map(({ event: sent }) => sent.data);

describe('the function under the real framework', () => {
  let server: Server;
  let url: string;

  beforeAll(() => {
    // The framework writes every error of a function to stderr; here they are expected.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterAll(() => vi.restoreAllMocks());
  beforeEach(async () => {
    register(ports, 'under-test');
    server = getTestServer('under-test');
    url = await listening(server);
  });
  afterEach(() => closed(server));

  const post = async (body: string, headers: Record<string, string>, path = '/'): Promise<number> => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body, headers });
    await answer.text();
    return answer.status;
  };
  const structured = (value: unknown) =>
    post(JSON.stringify(value), { 'content-type': 'application/cloudevents+json' });
  const { data, datacontenttype: _, ...attributes } = event;
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]));
  const binary = (changed: Record<string, string> = {}) =>
    post(JSON.stringify(data), { ...headers, 'content-type': 'application/json', ...changed });
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const pushed = (message: object) =>
    post(
      JSON.stringify({ subscription: 'projects/p/subscriptions/s', message: { messageId: '1', ...message } }),
      { 'content-type': 'application/json' },
      '/projects/p/topics/commands',
    );

  it.each<[string, () => Promise<number>]>([
    ['structured', () => structured(event)],
    ['binary', () => binary()],
    ['pushed by Pub/Sub, structured', () => pushed({ data: base64(event), attributes: {} })],
    ['pushed by Pub/Sub, binary', () => pushed({ data: base64(data), attributes: headers })],
  ])('takes a command %s', async (_name, send) => {
    expect(await send()).toBe(204);
    expect(published).toHaveLength(1);
    expect(published[0]?.event).toMatchObject({
      type: deploymentReported.type,
      source: '/homeostasis/deployer-gcp',
      correlationid: 'request-1',
      causationid: 'event-1',
      data: { phase: 'progressing', reason: 'Applied', generation: 1 },
    });
    expect(bed.face.resources()).toHaveLength(1);
  });

  it('says the same, with the same id, when the command comes again', async () => {
    await structured(event);
    await bed.clock.advance(5_000);
    expect(await structured(event)).toBe(204);
    expect(reports()).toMatchObject([{ reason: 'Applied' }, { phase: 'ready', reason: 'AlreadySo' }]);
    expect(new Set(published.map((entry) => entry.event.id)).size).toBe(1);
  });

  it('rehearses a drill without touching the cloud', async () => {
    expect(await binary({ 'ce-dryrun': 'true' })).toBe(204);
    expect(published[0]?.event).toMatchObject({ dryrun: true, data: { message: 'dry run: nothing was changed' } });
    expect(bed.face.resources()).toEqual([]);
  });

  it.each<[string, () => Promise<number>]>([
    ['a batch', () => structured([event])],
    ['no CloudEvent', () => structured({ hello: 'world' })],
    ['no type', () => structured({ ...event, type: undefined })],
    ['no id', () => binary({ 'ce-id': '' })],
    ['another version', () => structured({ ...event, specversion: '0.3' })],
    ['XML', () => post('<event/>', { 'content-type': 'application/cloudevents+xml' })],
    ['text', () => post('hello', { 'content-type': 'text/plain' })],
    ['nothing', () => post('', {})],
    ['broken JSON', () => post('{"specversion":', { 'content-type': 'application/cloudevents+json' })],
    ['a bad attribute', () => structured({ ...event, time: 'yesterday' })],
    ['data that does not fit', () => structured({ ...event, data: { ...command(), generation: 0 } })],
    ['binary data that is not JSON', () => post('<x/>', { ...headers, 'content-type': 'text/xml' })],
    ['a type it does not read', () => structured({ ...event, type: 'dev.homeostasis.traffic.shift.v1' })],
    ['a command for another cloud', () => structured({ ...event, cloud: 'aws' })],
    ['a push without JSON', () => pushed({ data: Buffer.from('hello').toString('base64') })],
    ['a push of nothing', () => pushed({ data: base64(null) })],
  ])('does not acknowledge %s', async (_name, send) => {
    expect(await send()).toBeGreaterThanOrEqual(400);
    expect(published).toEqual([]);
    expect(bed.face.resources()).toEqual([]);
  });

  it('does not acknowledge what it could not report', async () => {
    publish = () => Promise.reject(new Error('the hub is away'));
    expect(await structured(event)).toBe(500);
  });

  it('does not acknowledge what a silent cloud did not take, but reports a silent cloud when asked', async () => {
    bed.faults.add({ kind: 'region-down', cloud: 'gcp' });
    expect(await structured(event)).toBe(503);
    const { workload: _workload, tier: _tier, specHash: _hash, ...key } = command();
    const observe = { ...event, type: deploymentObserve.type, data: { ...key, purpose: 'reconcile', attempt: 1 } };
    expect(await structured(observe)).toBe(204);
    expect(reports()).toMatchObject([{ phase: 'unreachable', reason: 'CloudUnreachable' }]);
  });

  it('reports what will never work instead of retrying it', async () => {
    const refused = { ...event, data: command({ image: 'ghcr.io/acme/web:1' }) };
    expect(await structured(refused)).toBe(204);
    expect(reports()).toMatchObject([{ phase: 'failed', reason: 'InvalidSpec' }]);
  });

  it('names what its environment lacks, and acknowledges nothing', async () => {
    const unconfigured = getTestServer('deployer');
    const address = await listening(unconfigured);
    const answer = await fetch(address, {
      method: 'POST',
      body: JSON.stringify(event),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('HOMEOSTASIS_GCP_PROJECT is missing');
    await closed(unconfigured);
  });
});

describe('the entry in process', () => {
  it('does what the function does', async () => {
    await createEntry(ports)(event);
    expect(reports()).toMatchObject([{ phase: 'progressing', reason: 'Applied' }]);
    await expect(createEntry(ports)({ ...event, cloud: 'azure' })).rejects.toThrow(/"cloud" is "azure"/);
  });
});
