import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { compilePatterns } from '../../../shared/adapters/event-pattern/index.ts';
import type { BusEvent, EventPattern } from '../../../shared/contracts/event-pattern.ts';
import type { BatchResponse, SqsEvent } from '../../../shared/adapters/lambda/index.ts';
import { pollQueue } from '../hub-poller.ts';
import { credentials } from '../moto-clients.ts';
import { openStream, type StreamRecord } from '../table-stream.ts';
import type { HubFunctions } from './functions.ts';
import { queueUrl, type Source } from './stack.ts';
import { region } from './synthesise.ts';

export interface SourcesOptions {
  /** moto: what Lambda's own pollers ask is not the hub's. */
  readonly endpoint: string;
  /** The wire, which lets one at a time to the table and so never shows a transaction that is under way. */
  readonly table: string;
  readonly functions: Pick<HubFunctions, 'invoke'>;
  /** Which batches SQS delivers twice. */
  readonly twice: (name: string, batch: SqsEvent) => boolean;
}

export interface Sources {
  stop(): Promise<void>;
}

/** Does what Lambda's event source mappings do, for all that the template has. */
export async function openSources(sources: readonly Source[], options: SourcesOptions): Promise<Sources> {
  const sqs = new SQSClient({ endpoint: options.endpoint, region, credentials });
  const opened = await Promise.all(
    sources.map(async (source) =>
      source.kind === 'queue' ? fromQueue(source, sqs, options) : fromStream(source, options),
    ),
  );
  return {
    stop: async () => {
      await Promise.all(opened.map((each) => each.stop()));
      sqs.destroy();
    },
  };
}

/** Pollers of one queue; Lambda begins with five. Source: Lambda Developer Guide, "Configuring scaling behavior for SQS". */
const pollers: Readonly<Record<string, number>> = { traffic: 4 };

function fromQueue(
  source: Source & { kind: 'queue' },
  sqs: SQSClient,
  { endpoint, functions, twice }: SourcesOptions,
): Sources {
  const { function: name, queue, batchSize } = source;
  const handle = async (event: unknown): Promise<BatchResponse> => {
    const batch = event as SqsEvent;
    const ids = batch.Records.map(({ messageId }) => messageId);
    const answer = responseOf(await functions.invoke(name, batch), ids);
    return twice(name, batch) ? responseOf(await functions.invoke(name, batch), ids) : answer;
  };
  const opened = Array.from({ length: pollers[name] ?? 1 }, () =>
    pollQueue(sqs, queueUrl(endpoint, queue), handle, batchSize),
  );
  return { stop: async () => void (await Promise.all(opened.map((each) => each.stop()))) };
}

/** A function that failed as a whole has handled nothing: all of the batch comes again. */
function responseOf({ ok, payload }: { ok: boolean; payload: unknown }, ids: readonly string[]): BatchResponse {
  if (!ok) return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
  return payload as BatchResponse;
}

const lookEveryMs = 100;

/** In order; from the lowest that is reported on, all comes again, until the attempts are used up. */
async function fromStream(
  source: Source & { kind: 'stream' },
  { table: endpoint, functions }: SourcesOptions,
): Promise<Sources> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const next = await openStream(endpoint, client, source.table);
  const matcher = compilePatterns(
    source.patterns.map((pattern, id) => ({ id: String(id), pattern: pattern as EventPattern })),
  );
  const isWanted = (record: StreamRecord): boolean => matcher.match(record as unknown as BusEvent).length > 0;
  let waiting: readonly StreamRecord[] = [];
  let attempt = 1;
  let stopped = false;
  async function step(): Promise<void> {
    waiting = [...waiting, ...(await next()).filter(isWanted)];
    const batch = waiting.slice(0, source.batchSize);
    if (batch.length === 0) return;
    const ids = batch.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const { batchItemFailures } = responseOf(await functions.invoke(source.function, { Records: batch }), ids);
    const failed = batchItemFailures.map(({ itemIdentifier }) => ids.indexOf(itemIdentifier)).sort((a, b) => a - b)[0];
    const done = failed === undefined || attempt >= source.attempts ? batch.length : failed;
    attempt = done === 0 ? attempt + 1 : 1;
    waiting = waiting.slice(done);
  }
  const reading = (async () => {
    while (!stopped) {
      await step();
      if (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await reading;
      client.destroy();
    },
  };
}
