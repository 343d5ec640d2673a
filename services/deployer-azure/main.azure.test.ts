import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { deploymentReported } from '../../shared/contracts/deployment-reported.ts';
import { parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { CapacityExhausted, CloudUnreachable, Throttled, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import type { Publication } from '../../shared/ports/event-bus.ts';
import { provideWorker } from './azure-worker.ts';
import type * as main from './main.azure.ts';

const worker = provideWorker(() => undefined);

const command: ApplyCommand = {
  application: 'shop',
  service: 'web',
  target: 'azure/westeurope/container-apps',
  generation: 1,
  tier: 'standard',
  specHash: 'abcdef01',
  workload: {
    image: 'web:1',
    replicas: 1,
    cpuMillicores: 500,
    memoryMib: 1024,
    env: {},
    secrets: [],
    ports: [],
    volumes: [],
    requestDriven: true,
    spot: false,
    hints: {},
  },
};

const { delayMs: _, ...draft } = deploymentApply.draft(command);
const event: Envelope = parseEnvelope(
  { ...draft, specversion: '1.0', id: 'e-1', source: '/homeostasis/placement', correlationid: 'c-1' },
  { time: '2026-11-21T08:00:00Z' },
);

let published: Publication[] = [];
let outcome: () => Promise<void> = () => Promise.resolve();
let publishing: () => Promise<void> = () => Promise.resolve();

const ports: main.EntryPorts = {
  target: {
    async apply(wish) {
      await outcome();
      const { application, service, target, generation } = wish;
      const replicas = { desired: 1, ready: 0 };
      return {
        application,
        service,
        target,
        generation,
        phase: 'progressing',
        reason: 'Applied',
        message: 'on its way',
        replicas,
      };
    },
    observe: () => Promise.reject(new Error('not asked for here')),
    remove: () => Promise.reject(new Error('not asked for here')),
    list: () => Promise.resolve([]),
  },
  publish: async (entries) => {
    await publishing();
    published.push(...entries);
    return entries.map(() => 'accepted');
  },
  clock: { now: () => Date.parse('2026-11-21T08:00:01Z') },
};

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One invocation as the host makes it: RPC data in, RPC data out. */
async function invoke({
  headers = {},
  body,
}: Sent): Promise<{ readonly status: number; readonly headers: Record<string, string>; readonly body: string }> {
  const [registered] = worker.functions;
  if (registered === undefined || worker.model === undefined) throw new Error('no function was registered');
  const { metadata, callback } = registered;
  const trigger = Object.entries(metadata.bindings).find(([, { type }]) => type === 'httpTrigger')?.[0];
  const http = { method: 'POST', url: 'https://host/api/events', headers, nullableHeaders: {}, body: { string: body } };
  const model = worker.model.getInvocationModel({
    invocationId: 'i-1',
    metadata,
    state: 'invocation',
    log: () => undefined,
    request: { inputData: [{ name: trigger, data: { http } }], triggerMetadata: {} },
  });
  const { context, inputs } = await model.getArguments();
  const result = await model.invokeFunction(context, inputs, callback);
  const { returnValue } = await model.getResponse(context, result);
  const { statusCode, headers: answered, body: given } = returnValue.http;
  const text = given?.string ?? (given?.bytes === undefined ? '' : new TextDecoder().decode(given.bytes));
  return { status: Number(statusCode), headers: answered, body: text };
}

const structured = (value: unknown): Sent => ({
  headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  body: JSON.stringify(value),
});

function binary(change: Readonly<Record<string, string>> = {}): Sent {
  const { data, datacontenttype, ...attributes } = event;
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))]);
  const all: Record<string, string> = { ...Object.fromEntries(headers), 'content-type': datacontenttype, ...change };
  const given = Object.entries(all).filter(([, value]) => value !== '');
  return { headers: Object.fromEntries(given), body: JSON.stringify(data) };
}

let createEntry: typeof main.createEntry;

beforeAll(async () => {
  const entry = await import('./main.azure.ts');
  // Whoever imports it outside a Functions host registers nothing.
  expect(worker.functions).toEqual([]);
  entry.register(ports);
  createEntry = entry.createEntry;
});

function reset(): void {
  published = [];
  outcome = () => Promise.resolve();
  publishing = () => Promise.resolve();
}

describe('on the real programming model', () => {
  it('one function takes POST, and no key opens it', () => {
    expect(worker.functions.map(({ metadata }) => metadata)).toMatchObject([{ name: 'deployer-azure' }]);
    expect(Object.values(worker.functions[0]?.metadata.bindings ?? {})).toMatchObject([
      { type: 'httpTrigger', methods: ['POST'], authLevel: 'anonymous', route: 'events' },
      { type: 'http' },
    ]);
  });

  it.each([
    ['structured', () => structured(event)],
    ['binary', () => binary()],
  ])('%s: handles the command and publishes the report before it answers', async (_name, request) => {
    reset();
    expect(await invoke(request())).toMatchObject({ status: 204 });
    expect(published).toHaveLength(1);
    const report = deploymentReported.parse(published[0]?.event as Envelope);
    expect(report).toMatchObject({ causationid: 'e-1', correlationid: 'c-1', source: '/homeostasis/deployer-azure' });
    expect(report.data).toMatchObject({ phase: 'progressing' });
  });

  it('twice gives the same report under the same id', async () => {
    reset();
    await invoke(structured(event));
    await invoke(binary());
    expect(published[0]?.event.id).toBe(published[1]?.event.id);
  });

  const { id: _id, ...withoutId } = event;
  it.each([
    ['no JSON', { headers: { 'content-type': 'application/cloudevents+json' }, body: '{' }, 400],
    ['no event', structured({ hello: 'world' }), 400],
    ['no body', { headers: { 'content-type': 'application/cloudevents+json' }, body: '' }, 400],
    ['no headers', { body: JSON.stringify(command) }, 400],
    ['an array', structured([event]), 400],
    ['a batch', { ...structured([event]), headers: { 'content-type': 'application/cloudevents-batch+json' } }, 400],
    ['another format', { headers: { 'content-type': 'application/cloudevents+avro' }, body: '{}' }, 400],
    ['no id, structured', structured(withoutId), 400],
    ['no id, binary', binary({ 'ce-id': '' }), 400],
    ['bad percent-encoding', binary({ 'ce-subject': '%zz' }), 400],
    ['XML', binary({ 'content-type': 'application/xml' }), 400],
    ['data that does not fit', structured({ ...event, data: { ...command, generation: 0 } }), 400],
    ['another cloud', structured({ ...event, cloud: 'aws' }), 422],
    ['an unknown type', structured({ ...event, type: 'dev.homeostasis.deployment.dance.v1' }), 422],
  ])('refuses %s, and says so as a problem', async (_name, request, status) => {
    reset();
    const answer = await invoke(request);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status });
    expect(published).toEqual([]);
  });

  it('what the cloud refuses for good is reported, not retried', async () => {
    reset();
    outcome = () => Promise.reject(new CapacityExhausted('no room'));
    expect(await invoke(structured(event))).toMatchObject({ status: 204 });
    expect(published[0]?.event.data).toMatchObject({ phase: 'failed', reason: 'CapacityExhausted' });
  });

  it('what is still owed is never acknowledged', async () => {
    reset();
    outcome = () => Promise.reject(new Throttled('slow down', 12_300));
    const throttled = await invoke(structured(event));
    expect(throttled).toMatchObject({ status: 429, headers: { 'retry-after': '13' } });
    outcome = () => Promise.reject(new CloudUnreachable('silence'));
    expect(await invoke(structured(event))).toMatchObject({ status: 503 });
    outcome = () => Promise.reject(new TypeError('a defect'));
    expect(await invoke(structured(event))).toMatchObject({ status: 500 });
    reset();
    publishing = () => Promise.reject(new Error('the bus is away'));
    expect(await invoke(structured(event))).toMatchObject({ status: 500 });
    expect(published).toEqual([]);
  });
});

describe('in the embedded runtime', () => {
  it('runs the same function', async () => {
    reset();
    await createEntry(ports)(event);
    expect(published).toHaveLength(1);
  });

  it('gives a refusal back as the queue understands it', async () => {
    reset();
    outcome = () => Promise.reject(new Throttled('slow down', 2_000));
    await expect(createEntry(ports)(event)).rejects.toMatchObject({ terminal: false, retryAfterMs: 2_000 });
    outcome = () => Promise.reject(new CloudUnreachable('silence'));
    await expect(createEntry(ports)(event)).rejects.toMatchObject({
      terminal: false,
      message: expect.stringMatching(/503.*silence/) as string,
    });
    await expect(createEntry(ports)({ ...event, cloud: 'gcp' })).rejects.toMatchObject({ terminal: true });
    reset();
    publishing = () => Promise.reject(new Error('the bus is away'));
    await expect(createEntry(ports)(event)).rejects.toMatchObject({ terminal: false });
  });
});

const hosted = `
import { registerHooks } from 'node:module';
globalThis.core = { registerFunction: ({ name }) => process.stdout.write(name), registerHook() {}, setProgrammingModel() {}, log() {} };
registerHooks({
  resolve: (s, c, n) => (s === '@azure/functions-core' ? { url: 'virtual:core', format: 'commonjs', shortCircuit: true } : n(s, c)),
  load: (u, c, n) => (u === 'virtual:core' ? { format: 'commonjs', source: 'module.exports = core', shortCircuit: true } : n(u, c)),
});
await import(process.argv[1]);
`;

describe('under a Functions host', () => {
  const entryPoint = new URL('./main.azure.ts', import.meta.url).href;
  const start = (environment: Readonly<Record<string, string>>) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', hosted, entryPoint], {
      env: { PATH: process.env['PATH'], FUNCTIONS_WORKER_RUNTIME: 'node', ...environment },
    });

  it('composes itself from the environment and registers', async () => {
    const { stdout } = await start({
      HOMEOSTASIS_AZURE_SUBSCRIPTION: '00000000-0000-4000-8000-000000000001',
      HOMEOSTASIS_AZURE_RESOURCE_GROUP: 'shop',
      HOMEOSTASIS_AZURE_REGIONS: 'westeurope, eastus',
      HOMEOSTASIS_CALLER: '11111111-1111-4111-8111-111111111111',
      HOMEOSTASIS_CALLER_ISSUER: 'https://login.microsoftonline.com/tenant/v2.0',
      HOMEOSTASIS_CALLER_AUDIENCE: '22222222-2222-4222-8222-222222222222',
      HOMEOSTASIS_REPORTS_URL: 'https://hub.example/azure/v1/events',
      HOMEOSTASIS_REPORTS_AUDIENCE: 'api://hub',
    });
    expect(stdout).toBe('deployer-azure');
  });

  const complete = {
    HOMEOSTASIS_AZURE_SUBSCRIPTION: 's',
    HOMEOSTASIS_AZURE_RESOURCE_GROUP: 'g',
    HOMEOSTASIS_AZURE_REGIONS: 'westeurope',
    HOMEOSTASIS_CALLER: 'relay',
    HOMEOSTASIS_CALLER_ISSUER: 'https://login.example/v2.0',
    HOMEOSTASIS_CALLER_AUDIENCE: 'function',
    HOMEOSTASIS_REPORTS_AUDIENCE: 'hub',
    HOMEOSTASIS_REPORTS_URL: 'https://hub.example/v1/events',
  };

  it.each([
    ['HOMEOSTASIS_AZURE_SUBSCRIPTION', '', /HOMEOSTASIS_AZURE_SUBSCRIPTION must be set/],
    ['HOMEOSTASIS_CALLER', '', /HOMEOSTASIS_CALLER is not set/],
    ['HOMEOSTASIS_CALLER_ISSUER', 'http://login.example', /not reached over HTTPS/],
    ['HOMEOSTASIS_REPORTS_AUDIENCE', '', /HOMEOSTASIS_REPORTS_AUDIENCE is not set/],
    ['HOMEOSTASIS_REPORTS_URL', 'http://hub.example', /expected an https/],
  ])('does not start with %s as %j', async (name, value, text) => {
    await expect(start({ ...complete, [name]: value })).rejects.toMatchObject({
      stderr: expect.stringMatching(text) as string,
    });
  });
});
