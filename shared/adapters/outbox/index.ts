export { type Image, type OutboxEntry, type TableKey } from '../store-dynamodb/index.ts';
export { delayFailures, outboxFrom, senderFrom } from './from-environment.ts';
export { createOutbox, readPending, type Outbox, type OutboxOptions } from './outbox.ts';
