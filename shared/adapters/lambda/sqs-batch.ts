/** An SQS record as the Lambda event source hands it over, as far as we read it. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle?: string;
  readonly attributes?: { readonly ApproximateReceiveCount?: string };
}

export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** What Lambda does with a batch: these records come again, the others are deleted from the queue. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
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
