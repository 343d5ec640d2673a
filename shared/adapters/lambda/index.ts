export { ownQueue, readSettings, required, type Environment } from './environment.ts';
export { createFailurePolicy, isGivenBack, isTick } from './failure-policy.ts';
export { activeOf, createHubLease, hubLeaseFrom, type HubLease } from './hub-lease.ts';
export { once, startedByLambda } from './once.ts';
export { createQueueFunction, type Failure, type LambdaContext, type QueueFunction } from './queue-function.ts';
export { serviceFunction, type Composition } from './service-function.ts';
export { recordsOf, type BatchResponse, type SqsEvent, type SqsRecord } from './sqs-batch.ts';
export { createTelemetry, type Telemetry } from './telemetry.ts';
