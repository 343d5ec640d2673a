import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import { BusUnavailable, type Publication } from '../../ports/event-bus.ts';
import { NotTheActiveHub, type Lease, type LeaseStore } from '../../ports/lease-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ObjectJournal } from '../lease-object/index.ts';
import { describeError } from '../memory/backoff.ts';
import { pack, type Packed } from '../memory/measure.ts';
import { journalItemOf, journalObject } from '../store-dynamodb/index.ts';

/** Where an accepted event stands besides this region's table, before anybody is promised anything. */
export interface SecondPlace {
  /**
   * @param lease under which the events were committed here
   * @throws BusUnavailable when neither the other region nor the other cloud took them; NotTheActiveHub
   */
  keep(entries: readonly Publication[], lease: Lease): Promise<void>;
}

export interface SecondPlaceOptions {
  readonly hub: string;
  /** Of the other region, with time-outs that leave time for the other cloud. */
  readonly client: DynamoDBClient;
  /** The other hub's own. */
  readonly table: string;
  /** Asked for when it is needed first. */
  readonly witness: () => Promise<{
    readonly lease: Pick<LeaseStore, 'read'>;
    readonly journal: Pick<ObjectJournal, 'put'>;
  }>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Less than the week that processed marks are kept: what is sent again after those are gone would be taken for new. */
const keptSeconds = 6 * 24 * 3600;
/** A region that does not answer is not asked again for so long: every request would wait for it. */
const restMs = 10_000;

/**
 * The second place of a 202 (docs/adr/0013-hub-region-loss.md): the other hub's table, or when that region does not answer an object in
 * the other cloud. Kept again, an event is the same item and the same object.
 */
export function createSecondPlace(options: SecondPlaceOptions): SecondPlace {
  const { hub, clock, logger } = options;
  let restUntil = -Infinity;

  async function inTable(events: readonly Packed[]): Promise<void> {
    try {
      await putItems(events, options);
    } catch (error) {
      restUntil = clock.now() + restMs;
      throw error;
    }
  }

  async function inOtherCloud(events: readonly Packed[], { epoch }: Lease): Promise<void> {
    const { lease, journal } = await options.witness();
    await Promise.all(events.map(({ event, json }) => journal.put(journalObject(event), json)));
    // Behind the write: whoever takes over writes the register there first, and lists the objects behind that.
    const seen = (await lease.read())?.lease;
    if (seen?.holder !== hub || seen.epoch !== epoch) throw new NotTheActiveHub(hub, epoch);
  }

  return {
    async keep(entries, lease) {
      const events = pack(entries);
      const places = [() => inTable(events), () => inOtherCloud(events, lease)];
      if (clock.now() < restUntil) places.reverse();
      for (const place of places) {
        try {
          return await place();
        } catch (error) {
          if (error instanceof NotTheActiveHub) throw error;
          logger.warn('second-place.silent', { events: events.length, error: describeError(error) });
        }
      }
      throw new BusUnavailable('neither the other region nor the other cloud keeps a second copy: nothing is promised');
    },
  };
}

async function putItems(events: readonly Packed[], { client, table, clock }: SecondPlaceOptions): Promise<void> {
  const acceptedAt = clock.now();
  const expires = Math.ceil(acceptedAt / 1000) + keptSeconds;
  const put = await Promise.allSettled(
    events.map((packed) =>
      client.send(new PutItemCommand({ TableName: table, Item: journalItemOf(packed, { acceptedAt, expires }) })),
    ),
  );
  const refused = put.find((each) => each.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}
