import { describe, expect, it } from 'vitest';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { CloudUnreachable, Throttled, type ApplyCommand, type CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { Publication } from '../../shared/ports/event-bus.ts';
import { createEntry, createHandler, handler } from './main.lambda.ts';

const workload: ApplyCommand['workload'] = {
  image: 'shop/web:1',
  replicas: 1,
  cpuMillicores: 250,
  memoryMib: 512,
  env: {},
  secrets: [],
  ports: [],
  volumes: [],
  requestDriven: false,
  spot: false,
  hints: {},
};

function event(id: string, service = 'web', change: Partial<Envelope> = {}): Envelope {
  const command: ApplyCommand = {
    application: 'shop',
    service,
    target: 'aws/eu-west-1/fargate',
    generation: 1,
    tier: 'standard',
    workload,
    specHash: 'cafecafe',
  };
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/placement',
    type: deploymentApply.type,
    subject: `shop/${service}/aws/eu-west-1/fargate`,
    time: '2026-11-21T08:00:00Z',
    datacontenttype: 'application/json',
    correlationid: 'c-1',
    cloud: 'aws',
    data: command,
    ...change,
  };
}

/** A target that answers by the service's name. */
function setup() {
  const published: Publication[] = [];
  const target: CloudTarget = {
    apply(command) {
      if (command.service === 'throttled') return Promise.reject(new Throttled('slow down', 7_000));
      if (command.service === 'silent') return Promise.reject(new CloudUnreachable('no answer'));
      const { application, service, target: at, generation } = command;
      return Promise.resolve({
        application,
        service,
        target: at,
        generation,
        phase: 'progressing',
        reason: 'Applied',
        message: 'accepted',
        replicas: { desired: 1, ready: 0 },
      });
    },
    observe: () => Promise.reject(new Error('not asked for here')),
    remove: () => Promise.reject(new Error('not asked for here')),
    list: () => Promise.resolve([]),
  };
  const failures: [string, unknown][] = [];
  const ports = {
    target,
    publish: (publications: readonly Publication[]) => {
      published.push(...publications);
      return Promise.resolve(publications.map(() => 'accepted' as const));
    },
    clock: { now: () => Date.UTC(2026, 10, 21) },
  };
  const handle = createHandler(ports, ({ record, error }) =>
    Promise.resolve(failures.push([record.messageId, error]) > 0),
  );
  return { published, failures, ports, handle };
}

const record = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('the Lambda function', () => {
  it('handles a batch and publishes a report for each command, caused by it', async () => {
    const { handle, published } = setup();
    const Records = [record('m1', toBusEvent(event('e1', 'web'))), record('m2', toBusEvent(event('e2', 'api')))];
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
    expect(
      published.map(({ event: { type, causationid, correlationid, subject } }) => [
        type,
        causationid,
        correlationid,
        subject,
      ]),
    ).toEqual([
      ['dev.homeostasis.deployment.reported.v1', 'e1', 'c-1', 'shop/web/aws/eu-west-1/fargate'],
      ['dev.homeostasis.deployment.reported.v1', 'e2', 'c-1', 'shop/api/aws/eu-west-1/fargate'],
    ]);
  });

  it('reads the CloudEvent alone too', async () => {
    const { handle, published } = setup();
    expect(await handle({ Records: [record('m1', event('e1'))] })).toEqual({ batchItemFailures: [] });
    expect(published).toHaveLength(1);
  });

  it('fails only the poison records: their neighbours are done', async () => {
    const { handle, published, failures } = setup();
    const Records = [
      record('no-json', '{'),
      record('good', toBusEvent(event('e1'))),
      record('no-event', { hello: 'world' }),
      record('unknown-type', toBusEvent(event('e2', 'web', { type: 'dev.homeostasis.deployment.dance.v1' }))),
      record('other-cloud', toBusEvent(event('e3', 'web', { cloud: 'gcp' }))),
      record('bad-data', toBusEvent(event('e4', 'web', { data: { application: 'shop' } }))),
      record('throttled', toBusEvent(event('e5', 'throttled'))),
    ];
    const { batchItemFailures } = await handle({ Records });
    const ids = ['no-json', 'no-event', 'unknown-type', 'other-cloud', 'bad-data', 'throttled'];
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(ids);
    expect(failures.map(([id]) => id)).toEqual(ids);
    expect(published).toHaveLength(1);
  });

  it.each([undefined, {}, { Records: 'x' }, { Records: [{ messageId: 'm1' }] }])(
    'refuses %j: it is no batch',
    async (batch) => {
      await expect(setup().handle(batch)).rejects.toThrow(/not a batch of SQS records/);
    },
  );

  it('publishes the same report for the same command again', async () => {
    const { handle, published } = setup();
    const Records = [record('m1', toBusEvent(event('e1')))];
    await handle({ Records });
    await handle({ Records });
    expect(published[0]?.event.id).toBe(published[1]?.event.id);
  });

  it('does not ask again for a record that was put aside', async () => {
    const handle = createHandler(setup().ports, ({ record }) => Promise.resolve(record.messageId !== 'dead'));
    const Records = [record('dead', '{'), record('again', '{')];
    expect(await handle({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'again' }] });
  });

  it('names the variable that is missing when it was deployed without', async () => {
    await expect(handler({ Records: [] })).rejects.toThrow(/HOMEOSTASIS_AWS_SETTINGS/);
  });
});

describe('the entry in process', () => {
  it('runs the same path', async () => {
    const { ports, published } = setup();
    await createEntry(ports)(event('e1'));
    expect(published[0]?.event).toMatchObject({ causationid: 'e1', data: { phase: 'progressing' } });
  });

  it('throws what the caller’s queue has to know', async () => {
    const { ports } = setup();
    const entry = createEntry(ports);
    await expect(entry(event('e1', 'throttled'))).rejects.toMatchObject({ name: 'Throttled', retryAfterMs: 7_000 });
    await expect(entry(event('e2', 'silent'))).rejects.toBeInstanceOf(CloudUnreachable);
    await expect(entry(event('e3', 'web', { type: 'x' }))).rejects.toMatchObject({
      name: 'InvalidEvent',
      terminal: true,
    });
  });
});
