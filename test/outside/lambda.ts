/**
 * A packaged function under AWS's own runtime client, against moto's DynamoDB, SQS and S3: what it does with good records, poison, records
 * that may succeed later, too little time, no time at all, and a deployment that forgot something; and cost with a bill. Run by `node test/outside/lambda.ts`;
 * needs aws-lambda-ric and moto_server.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hubFunctions } from '../../infra/functions.ts';
import { writeFunctions } from '../../scripts/package/hub.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { costReadsBills } from './lambda-cost.ts';
import { costIsForItsProcessor } from './lambda-native.ts';
import { startFunction, type FunctionOptions, type Invocation } from './lambda-runtime.ts';
import { startStage, eventOf, type LambdaStage } from './lambda-stage.ts';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const tally = { passed: 0, failed: 0 };

function holds(what: string, found: unknown, wanted: unknown): void {
  const held = isDeepStrictEqual(found, wanted);
  tally[held ? 'passed' : 'failed'] += 1;
  print(held ? `ok      ${what}` : `FAILED  ${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

const failuresOf = ({ payload }: Invocation): readonly string[] =>
  ((payload as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? []).map(
    ({ itemIdentifier }) => itemIdentifier,
  );
const errorOf = ({ payload }: Invocation) => payload as { readonly errorType?: string; readonly errorMessage?: string };
/** What the function logged as JSON, each line an object. */
const linesOf = ({ logs }: Invocation): readonly Readonly<Record<string, unknown>>[] =>
  logs
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

async function withFunction(
  options: FunctionOptions,
  act: (
    invoke: (event: unknown) => Promise<Invocation>,
    starts: () => number,
    start: () => Promise<unknown>,
  ) => Promise<void>,
) {
  const running = await startFunction(options);
  try {
    await act(
      (event) => running.invoke(event),
      () => running.starts(),
      () => running.start(),
    );
  } finally {
    await running.close();
  }
}

async function partialFailures(stage: LambdaStage, dir: string): Promise<void> {
  await withFunction({ dir, environment: stage.environment }, async (invoke) => {
    const sent = await stage.send([
      JSON.stringify(eventOf('good-1')),
      '{ "detail-type": ',
      JSON.stringify(eventOf('poison', { data: { after: 5 } })),
      JSON.stringify(
        eventOf('later', { data: undefined, dataref: `/homeostasis/documents/${'a'.repeat(64)}?bytes=3` }),
      ),
      JSON.stringify(eventOf('good-2')),
    ]);
    const records = await stage.receive(5);
    const answer = await invoke({ Records: records });
    holds('a batch is answered', answer.ok, true);
    holds('only the record that may succeed later comes again', failuresOf(answer), [sent[3]]);
    holds('both good events are marked as processed', await stage.marks(), ['good-1', 'good-2']);
    const letters = await stage.deadLetters();
    holds('the poison is in the dead-letter queue, with its reason', letters, [
      {
        body: '{ "detail-type": ',
        errorName: 'InvalidEvent',
        errorMessage: 'event attribute "(body)" is not JSON',
        consumer: 'own',
        attempts: '1',
      },
      {
        body: JSON.stringify(eventOf('poison', { data: { after: 5 } })),
        errorName: 'InvalidEvent',
        errorMessage: 'event attribute "data/after" of dev.homeostasis.schedule.reconcile.v1 must be string',
        consumer: 'monitor/on-schedule-reconcile',
        attempts: '1',
      },
    ]);
    const lines = linesOf(answer);
    const letter = lines.find((line) => line['message'] === 'bus.dead-letter' && line['correlationid'] !== undefined);
    holds(
      'a line about a failure carries the correlation id of its own event',
      [letter?.['correlationid'], letter?.['event'], letter?.['service']],
      ['cause-of-poison', 'poison', 'monitor'],
    );
    const metrics = lines.filter((line) => '_aws' in line);
    const figures = metrics.map(({ HandleTime, Retried, DeadLettered, service }) => ({
      times: Array.isArray(HandleTime) ? HandleTime.map((each) => typeof each) : HandleTime,
      Retried,
      DeadLettered,
      service,
    }));
    holds('metrics are written as embedded metric format', figures, [
      { times: ['number', 'number'], Retried: 1, DeadLettered: [1, 1], service: 'monitor' },
    ]);
    const again = await invoke({ Records: records.filter(({ messageId }) => messageId === sent[0]) });
    holds(
      'a record delivered twice is handled once',
      [failuresOf(again), await stage.marks()],
      [[], ['good-1', 'good-2']],
    );
    const [last] = records.filter(({ messageId }) => messageId === sent[3]);
    const ended = await invoke({ Records: [{ ...last, attributes: { ApproximateReceiveCount: '12' } }] });
    const ending = (await stage.deadLetters()).map(({ errorName, attempts }) => [errorName, attempts]);
    holds(
      'the last attempt ends in the dead-letter queue',
      [failuresOf(ended), ending],
      [[], [['DocumentMissing', '12']]],
    );
    const wrong = await invoke({ hello: 'world' });
    holds('what is no batch is an error', [wrong.ok, errorOf(wrong).errorType], [false, 'TypeError']);
  });
}

async function tooLittleTime(stage: LambdaStage, dir: string): Promise<void> {
  await withFunction({ dir, environment: stage.environment, timeoutMs: 10_000 }, async (invoke, _starts, start) => {
    // On a busy machine a start takes a part of the time for which the wire is held.
    await start();
    const sent = await stage.send([JSON.stringify(eventOf('slow')), JSON.stringify(eventOf('unreached'))]);
    stage.hold(7_300);
    const answer = await invoke({ Records: await stage.receive(2) });
    holds('a record that was not reached comes again', [answer.ok, failuresOf(answer)], [true, [sent[1]]]);
    holds('and nothing is wrong with it', await stage.deadLetters(), []);
    holds('and it can be had again at once', (await stage.receive(1))[0]?.messageId, sent[1]);
    holds('the one before it is done', (await stage.marks()).includes('slow'), true);
  });
}

async function noTime(stage: LambdaStage, dir: string): Promise<void> {
  const environment = { ...stage.environment, ...stage.queuesUnheld };
  await withFunction({ dir, environment, timeoutMs: 6_500 }, async (invoke, starts) => {
    const sent = await stage.send([JSON.stringify(eventOf('waiting'))]);
    const Records = await stage.receive(1);
    stage.hold(60_000);
    const answer = await invoke({ Records });
    const line = linesOf(answer).find(({ message }) => message === 'record.retry');
    holds('a record that waits too long comes again', [answer.ok, failuresOf(answer)], [true, sent]);
    holds(
      'and the log says why',
      [line?.['error'], line?.['correlationid']],
      [{ name: 'OutOfTime', message: "not done within the function's time" }, 'cause-of-waiting'],
    );
    stage.release();
    const again = await invoke({ Records });
    holds('it is handled then, without a cold start', [again.ok, failuresOf(again), starts()], [true, [], 1]);
    holds(
      'once',
      (await stage.marks()).filter((id) => id === 'waiting'),
      ['waiting'],
    );
  });
}

async function noAnswer(stage: LambdaStage, dir: string): Promise<void> {
  await withFunction({ dir, environment: stage.environment, timeoutMs: 6_500 }, async (invoke, starts) => {
    await stage.send([JSON.stringify(eventOf('hanging'))]);
    const Records = await stage.receive(1);
    stage.hold(60_000);
    const killed = await invoke({ Records });
    holds(
      'a function that can reach nothing is ended',
      [killed.ok, errorOf(killed).errorType],
      [false, 'Sandbox.Timedout'],
    );
    holds('nothing of its batch was done', (await stage.marks()).includes('hanging'), false);
    stage.release();
    const answer = await invoke({ Records });
    holds('it is handled by a new runtime', [answer.ok, failuresOf(answer), starts()], [true, [], 2]);
    holds(
      'once too',
      (await stage.marks()).filter((id) => id === 'hanging'),
      ['hanging'],
    );
  });
}

/** What no code of ours can answer: the event loop blocked, the process gone. */
async function endings(folder: string): Promise<void> {
  const text = `export const handler = async ({ act }) => {
    console.log('asked to', act);
    if (act === 'spin') for (;;);
    if (act === 'exit') process.exit(3);
    return act;
  };`;
  const dir = join(folder, 'endings');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'index.mjs'), text);
  await withFunction({ dir, timeoutMs: 1_000 }, async (invoke, starts) => {
    const killed = await invoke({ act: 'spin' });
    const { errorType, errorMessage = '' } = errorOf(killed);
    holds('a function that hangs is ended', [killed.ok, errorType], [false, 'Sandbox.Timedout']);
    holds('and said to be', errorMessage.endsWith('Task timed out after 1.00 seconds'), true);
    holds('what it wrote before is kept', killed.logs.includes('asked to spin'), true);
    const exited = await invoke({ act: 'exit' });
    holds('a process that ends is an error', [exited.ok, errorOf(exited).errorType], [false, 'Runtime.ExitError']);
    const answer = await invoke({ act: 'answer' });
    holds('each time a new runtime is started', [answer.payload, starts()], ['answer', 3]);
  });
}

async function initErrors(stage: LambdaStage, dir: string): Promise<void> {
  for (const name of [
    'HOMEOSTASIS_TABLE',
    'HOMEOSTASIS_DOCUMENTS',
    'HOMEOSTASIS_QUEUE_URL',
    'HOMEOSTASIS_DEAD_LETTER_QUEUE_URL',
  ]) {
    const environment = Object.fromEntries(Object.entries(stage.environment).filter(([each]) => each !== name));
    await withFunction({ dir, environment }, async (invoke) => {
      const answer = await invoke({ Records: [] });
      const wanted = `the environment variable ${name} is not set: deploy the function with infra/aws`;
      holds(`an init error names ${name}`, [answer.ok, errorOf(answer).errorMessage], [false, wanted]);
    });
  }
  await withFunction({ dir, handler: 'index.nothing', environment: stage.environment }, async (invoke) => {
    holds(
      'a handler that is not there is an init error',
      errorOf(await invoke({})).errorType,
      'Runtime.HandlerNotFound',
    );
  });
}

const folder = mkdtempSync(join(tmpdir(), 'lambda-outside-'));

async function onStage(act: (stage: LambdaStage) => Promise<void>): Promise<void> {
  const stage = await startStage();
  try {
    await act(stage);
  } finally {
    await stage.close();
  }
}

try {
  await writeFunctions(
    folder,
    resolveSettings({}),
    hubFunctions.filter(({ name }) => name === 'monitor'),
  );
  const dir = join(folder, 'monitor');
  await endings(folder);
  await onStage(async (stage) => {
    for (const part of [partialFailures, tooLittleTime, noTime, noAnswer, initErrors]) await part(stage, dir);
  });
  // What the parts above have left in their queue must not come to it.
  await onStage((stage) => costReadsBills(stage, folder, holds));
  await costIsForItsProcessor(folder, holds);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
print(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
