import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import { BusUnavailable, type EventBus } from '../../ports/event-bus.ts';
import { LeaseStoreUnavailable } from '../../ports/lease-store.ts';
import type { Logger } from '../../ports/logger.ts';
import { required, type Environment } from '../lambda/environment.ts';
import { hubLeaseFrom, type HubLease } from '../lambda/hub-lease.ts';
import { onDemand } from '../on-demand.ts';
import { createSecondPlace, type SecondPlace } from '../second-place/index.ts';
import { createOutboxPublisher } from '../store-dynamodb/publish.ts';
import type { Recent } from './recent.ts';

export interface Accepting {
  readonly publish: EventBus['publish'];
  /** Where there is a standby hub. */
  readonly lease?: HubLease;
}

export interface AcceptingPorts {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recent: Pick<Recent, 'remembering'>;
}

/** With the second attempt these leave the other cloud time within what a caller waits. */
const otherRegion = { requestTimeout: 1_500, connectionTimeout: 1_000 };

/**
 * How events are accepted: into this region's outbox, and where there is a standby hub (HOMEOSTASIS_LEASE_TABLE) only under this hub's
 * lease and with a second copy elsewhere. @throws Error naming the variable that is missing.
 */
export function acceptingFrom(environment: Environment, { client, clock, logger, recent }: AcceptingPorts): Accepting {
  const lease = hubLeaseFrom(environment, clock);
  const enter = createOutboxPublisher({
    ...{ client, clock, newToken: randomUUID, fence: lease },
    table: required(environment, 'HOMEOSTASIS_TABLE'),
    owner: 'ingress',
    consumer: 'ingress/accept',
  });
  const publish = recent.remembering(enter);
  if (lease === undefined) return { publish };
  const second = createSecondPlace({
    ...{ clock, logger, hub: lease.hub },
    client: new DynamoDBClient({
      region: required(environment, 'HOMEOSTASIS_OTHER_REGION'),
      maxAttempts: 2,
      requestHandler: otherRegion,
    }),
    table: required(environment, 'HOMEOSTASIS_OTHER_TABLE'),
    witness: witnessFrom(environment, clock),
  });
  return { lease, publish: twice(publish, { lease, second }) };
}

/**
 * Duplicates get their second copy too: the first time, the answer may have been that it had none.
 * @throws NotTheActiveHub; BusUnavailable when it is not known who is active, or there is no second copy (publish again).
 */
export function twice(
  publish: EventBus['publish'],
  { lease, second }: { readonly lease: Pick<HubLease, 'active'>; readonly second: SecondPlace },
): EventBus['publish'] {
  return async (entries) => {
    const held = await lease.active().catch((error: unknown) => {
      if (!(error instanceof LeaseStoreUnavailable)) throw error;
      throw new BusUnavailable(error.message, { cause: error });
    });
    const results = await publish(entries);
    await second.keep(entries, held);
    return results;
  };
}

/** Signing in to another cloud is loaded when the other region does not answer. A failure is not kept. */
function witnessFrom(environment: Environment, clock: Clock): Parameters<typeof createSecondPlace>[0]['witness'] {
  return onDemand(async () => {
    const { witnessFrom: make } = await import('../lease-object/witness.ts');
    return make(environment, clock);
  });
}
