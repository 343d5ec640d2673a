import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Logger } from '../../ports/logger.ts';
import { hubLeaseFrom, required, type Environment, type HubLease } from '../lambda/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { createDynamoLease } from '../lease-dynamodb/index.ts';
import { systemTimer } from '../memory/timer.ts';
import type { StandbyTables } from './admit.ts';

/** How long a hub waits for a register: a region that is gone must not take as long as a lease. */
const timeoutMs = 2_000;

/** This hub's table, the other's replica and this region's register, as the deployment names them. @throws Error naming what is missing. */
export function standbyTablesFrom(environment: Environment, logger: Logger): StandbyTables {
  return {
    client: new DynamoDBClient({}),
    table: required(environment, 'HOMEOSTASIS_TABLE'),
    replica: required(environment, 'HOMEOSTASIS_OTHER_TABLE'),
    leaseTable: required(environment, 'HOMEOSTASIS_LEASE_TABLE'),
    hub: required(environment, 'HOMEOSTASIS_HUB'),
    clock: { now: () => Date.now() },
    timer: systemTimer,
    random: Math.random,
    logger,
  };
}

/** Both regions' registers. Not tried again: the next look does that. @throws Error naming what is missing. */
export function registersFrom(environment: Environment) {
  const table = required(environment, 'HOMEOSTASIS_LEASE_TABLE');
  const bounded = { maxAttempts: 1, requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs } };
  const region = required(environment, 'HOMEOSTASIS_OTHER_REGION');
  return {
    own: createDynamoLease({ table, client: new DynamoDBClient({ ...bounded }) }),
    peer: createDynamoLease({ table, client: new DynamoDBClient({ ...bounded, region }) }),
  };
}

/** This region's register, for who reads it. @throws Error naming what is missing. */
export function ownLeaseFrom(environment: Environment, clock: Clock): HubLease {
  const lease = hubLeaseFrom(environment, clock);
  if (lease === undefined)
    throw new Error('the environment variable HOMEOSTASIS_LEASE_TABLE is not set: there is no standby hub');
  return lease;
}
