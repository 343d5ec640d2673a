import { SQSClient } from '@aws-sdk/client-sqs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { silentLogger } from '../../ports/logger.ts';
import { scheduleReconcile } from '../../contracts/schedule-reconcile.ts';
import { NotTheActiveHub } from '../../ports/lease-store.ts';
import { createFailurePolicy } from './failure-policy.ts';
import { NotReached } from './queue-function.ts';
import type { Telemetry } from './telemetry.ts';

/** A queue service on the wire that remembers what it was asked, and refuses what a test tells it to. */
const asked: { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
let refused = '';
const server = createServer((request, response) => {
  void request.toArray().then((chunks: Buffer[]) => {
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    asked.push({ action, input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
    response.writeHead(action === refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(action === refused ? '{"__type":"InvalidAddress","message":"no such queue"}' : '{"MessageId":"m-2"}');
  });
});

let sqs: SQSClient;
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  sqs = new SQSClient({ endpoint: url, region: 'eu-west-1', credentials, md5: false, maxAttempts: 1 });
});
afterAll(() => {
  sqs.destroy();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  refused = '';
});

function setup(attempt: string) {
  const counted: string[] = [];
  const telemetry: Telemetry = {
    logger: silentLogger,
    about: () => undefined,
    handled: () => undefined,
    failed: (consumer, verdict) => void counted.push(`${consumer} ${verdict}`),
    measure: () => undefined,
    flush: () => undefined,
  };
  const failed = createFailurePolicy({
    sqs,
    queue: { queueUrl: `${url}/0/own`, deadLetterQueueUrl: `${url}/0/own-dead` },
    clock: { now: () => 1000 },
    random: () => 0.5,
    telemetry,
  });
  const record = {
    messageId: 'm-1',
    body: '{}',
    receiptHandle: 'r-1',
    attributes: { ApproximateReceiveCount: attempt },
  };
  return {
    counted,
    fail: (error: unknown, consumer?: string, type?: string) =>
      failed({ record, error, ...(consumer && { consumer }), ...(type && { event: { type } as Envelope }) }),
  };
}

const hidden = () => asked.map(({ action, input }) => [action, input['VisibilityTimeout']]);

describe('a record that failed', () => {
  it.each([
    ['1', 1],
    ['6', 4],
    ['11', 30],
  ])('is hidden for the backoff after attempt %s, in whole seconds', async (attempt, seconds) => {
    const { fail, counted } = setup(attempt);
    expect(await fail(new Error('busy'), 'monitor/on-x')).toBe(true);
    expect(hidden()).toEqual([['ChangeMessageVisibility', seconds]]);
    expect(counted).toEqual(['monitor/on-x retry']);
  });

  it('is hidden for as long as the far side asked', async () => {
    expect(await setup('1').fail(Object.assign(new Error('slow down'), { retryAfterMs: 7_000 }))).toBe(true);
    expect(hidden()).toEqual([['ChangeMessageVisibility', 8]]);
  });

  it.each([
    ['at once when waiting cannot help', '1', Object.assign(new TypeError('no good'), { terminal: true })],
    ['after the last attempt', '12', new TypeError('no good')],
  ])('is put aside %s, with the reason, and then acknowledged', async (_, attempt, error) => {
    const { fail, counted } = setup(attempt);
    expect(await fail(error, 'monitor/on-x')).toBe(false);
    expect(asked.map(({ action }) => action)).toEqual(['SendMessage', 'DeleteMessage']);
    expect(asked[0]?.input).toMatchObject({
      QueueUrl: `${url}/0/own-dead`,
      MessageBody: '{}',
      MessageAttributes: {
        errorName: { StringValue: 'TypeError' },
        errorMessage: { StringValue: 'no good' },
        consumer: { StringValue: 'monitor/on-x' },
        attempts: { StringValue: attempt },
      },
    });
    expect(counted).toEqual(['monitor/on-x dead']);
  });

  it('that nobody reads is put aside under the name of the queue', async () => {
    await setup('12').fail(new Error('no good'));
    expect(asked[0]?.input).toMatchObject({ MessageAttributes: { consumer: { StringValue: 'own' } } });
  });

  it('comes again when it cannot be hidden', async () => {
    refused = 'ChangeMessageVisibility';
    expect(await setup('1').fail(new Error('busy'))).toBe(true);
  });

  it('comes again, and is not acknowledged, when it cannot be put aside', async () => {
    refused = 'SendMessage';
    expect(await setup('12').fail(new Error('no good'))).toBe(true);
    expect(asked.map(({ action }) => action)).toEqual(['SendMessage']);
  });

  it('because it was not begun is visible again at once, and is no failure', async () => {
    const { fail, counted } = setup('12');
    expect(await fail(new NotReached('the time is up'))).toBe(true);
    expect([hidden(), counted]).toEqual([[['ChangeMessageVisibility', 0]], []]);
  });
});

describe('a record that is given back because this hub stands by', () => {
  const standingBy = new NotTheActiveHub('eu-west-1', undefined);

  it('goes behind the others as if never received, however often it was, and is never a dead letter', async () => {
    const { fail, counted } = setup('999');
    expect(await fail(standingBy, 'monitor/on-x', 'dev.homeostasis.health.changed.v1')).toBe(false);
    expect(asked.map(({ action }) => action)).toEqual(['SendMessage', 'DeleteMessage']);
    expect(asked[0]?.input).toMatchObject({
      QueueUrl: `${url}/0/own`,
      MessageBody: '{}',
      DelaySeconds: 15,
      MessageAttributes: { consumer: { StringValue: 'monitor/on-x' } },
    });
    expect(counted).toEqual([]);
  });

  it('is hidden when it cannot be put back', async () => {
    refused = 'SendMessage';
    expect(await setup('999').fail(standingBy)).toBe(true);
    expect(hidden()).toEqual([
      ['SendMessage', undefined],
      ['ChangeMessageVisibility', 15],
    ]);
  });

  it('is done with when it is the tick of a schedule', async () => {
    expect(await setup('1').fail(standingBy, 'monitor/on-x', scheduleReconcile.type)).toBe(false);
    expect(asked).toEqual([]);
  });
});
