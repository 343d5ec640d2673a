/**
 * Holds our event pattern matcher against moto's EventBridge: many rules with SQS targets, few events, and who got what.
 * Run by `node test/outside/event-patterns.ts [seed]`; needs moto_server (`pip install 'moto[server]'`).
 */
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { compilePatterns } from '../../shared/adapters/event-pattern/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent, type EventPattern } from '../../shared/contracts/event-pattern.ts';
import { eventsOf, patternsOf } from './event-patterns.samples.ts';
import { startMoto } from './moto-server.ts';

/**
 * What moto 5 does otherwise than EventBridge, found by reading its source; samples stay clear of these:
 * - arrays of objects: moto does not look inside, EventBridge matches element by element;
 * - an empty array or object exists for moto, EventBridge sees no value;
 * - true equals 1 for moto (Python), so booleans and the numbers 0 and 1 are not mixed;
 * - `anything-but` with a list below an operator (`{"suffix": ["a", "b"]}`) works only where moto takes lists.
 */
// moto needs about a tenth of a second for each rule that an event meets: this sample stays well below a minute.
const seed = Number(process.argv[2] ?? 20261121);
const patterns = patternsOf(seed, 48);
const events = eventsOf(seed, 6);
const bus = 'outside';

const moto = await startMoto();
try {
  process.exitCode = await check(moto.endpoint);
} finally {
  await moto.stop();
}

async function check(endpoint: string): Promise<number> {
  const client = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'outside', secretAccessKey: 'outside' } };
  const bridge = new EventBridgeClient(client);
  const queues = new SQSClient(client);
  await bridge.send(new CreateEventBusCommand({ Name: bus }));
  const queueOf = new Map<string, string>();
  for (const { id, pattern } of patterns) queueOf.set(id, await route(bridge, queues, { id, pattern }));
  for (const event of events) await put(bridge, event);
  const { match } = compilePatterns(patterns);
  const ours = events.map((event) => ({ event, ids: new Set(match(toBusEvent(event))) }));
  let passed = 0;
  let failed = 0;
  for (const { id, pattern } of patterns) {
    const theirs = await received(queues, queueOf.get(id) ?? '');
    for (const { event, ids } of ours) {
      if (ids.has(id) === theirs.has(event.id)) passed++;
      else {
        failed++;
        const who = theirs.has(event.id) ? 'moto delivers, we do not' : 'we deliver, moto does not';
        print(`${who}: pattern ${JSON.stringify(pattern)} event ${JSON.stringify(event.data)}`);
      }
    }
  }
  const matched = ours.reduce((sum, { ids }) => sum + ids.size, 0);
  print(`seed ${seed}: ${patterns.length} rules, ${events.length} events, ${matched} deliveries`);
  print(`${passed} passed, ${failed} failed`);
  // A comparison in which nothing was ever delivered proves nothing.
  return failed === 0 && matched > patterns.length ? 0 : 1;
}

async function route(
  bridge: EventBridgeClient,
  queues: SQSClient,
  { id, pattern }: { readonly id: string; readonly pattern: EventPattern },
): Promise<string> {
  const { QueueUrl = '' } = await queues.send(new CreateQueueCommand({ QueueName: id }));
  const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const rule = { Name: id, EventBusName: bus, EventPattern: JSON.stringify(pattern) };
  await bridge.send(new PutRuleCommand(rule));
  const target = { Id: id, Arn: Attributes?.['QueueArn'] };
  await bridge.send(new PutTargetsCommand({ Rule: id, EventBusName: bus, Targets: [target] }));
  return QueueUrl;
}

async function put(bridge: EventBridgeClient, event: Envelope): Promise<void> {
  const entry = { Source: event.source, DetailType: event.type, Detail: JSON.stringify(event), EventBusName: bus };
  const { FailedEntryCount } = await bridge.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount !== 0) throw new Error(`moto refused event ${event.id}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Ids of the events in a queue; messages are received hidden, so the queue is empty when nothing more comes. */
async function received(queues: SQSClient, QueueUrl: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (;;) {
    const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600, WaitTimeSeconds: 0 };
    const { Messages = [] } = await queues.send(new ReceiveMessageCommand(request));
    if (Messages.length === 0) return ids;
    for (const { Body = '' } of Messages) ids.add((JSON.parse(Body) as { detail: { id: string } }).detail.id);
  }
}
