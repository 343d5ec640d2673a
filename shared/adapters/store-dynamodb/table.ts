/**
 * The one table, as data: what infra creates in AWS and the tests create in an emulator.
 * See docs/adr/0009-dynamodb-single-table.md for what lies where.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** The outbox function reads new items from the stream. */
  streamViewType: 'NEW_IMAGE',
  /** Seconds since the epoch; on processed marks only. */
  timeToLiveAttribute: 'expires',
} as const;
