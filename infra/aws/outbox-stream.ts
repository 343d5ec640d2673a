import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { HubFunction } from './hub-function.ts';
import type { Storage } from './storage.ts';

/** Gives the function what is put into outboxes, from the table's stream. */
export function readOutboxes(fn: HubFunction, { table }: Storage): void {
  fn.lambda.addEventSource(
    new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // What is given up here after a few tries is swept up a minute later.
      retryAttempts: 10,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { NewImage: { kind: { S: FilterRule.isEqual('outbox') } } },
        }),
      ],
    }),
  );
}
