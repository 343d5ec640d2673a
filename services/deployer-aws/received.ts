import { InvalidEvent, parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';

/** An SQS record as the Lambda event source hands it over, as far as we read it. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** Anything but an SQS batch is a wrong wiring of the function. @throws TypeError */
export function recordsOf(event: unknown): readonly SqsRecord[] {
  const records: unknown =
    typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
  const isRecord = (record: unknown): record is SqsRecord =>
    typeof record === 'object' &&
    record !== null &&
    'messageId' in record &&
    typeof record.messageId === 'string' &&
    'body' in record &&
    typeof record.body === 'string';
  if (Array.isArray(records) && records.every(isRecord)) return records;
  throw new TypeError(
    'the event is not a batch of SQS records: this function reads a queue (ReportBatchItemFailures on)',
  );
}

/**
 * The command in a record: an EventBridge event whose detail is the CloudEvent, or the CloudEvent alone where the rule's target
 * sends only the detail.
 * @throws InvalidEvent
 */
export function envelopeOf({ body }: SqsRecord, defaults: { readonly time: string }): Envelope {
  const value = parseJson(body);
  const carried = typeof value === 'object' && value !== null && 'detail-type' in value && 'detail' in value;
  return parseEnvelope(carried ? value.detail : value, defaults);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new InvalidEvent('(body)', 'is not JSON');
  }
}
