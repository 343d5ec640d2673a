import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  PriorRequestNotComplete,
  Route53Client,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Logger } from '../../ports/logger.ts';
import type { Split, TrafficRouter } from '../../ports/traffic-router.ts';
import { dropChecks, ensureChecks } from './health-checks.ts';
import {
  changesTo,
  markName,
  markOf,
  namesOf,
  readMark,
  recordName,
  recordsOf,
  type Checks,
  type Zone,
} from './records.ts';

export { MixedEndpoints, NotANameOrAddress, type Zone } from './records.ts';

export interface Route53Options {
  readonly client?: Route53Client;
  readonly zone: Zone;
  /** Resolves so many milliseconds from now. */
  readonly wait: (ms: number) => Promise<void>;
  /** Between two looks at whether all name servers have the change. */
  readonly pollMs?: number;
  /** Told when a record goes without a health check because the account may have no more of them. */
  readonly logger: Pick<Logger, 'warn'>;
}

/** Somebody else changed the zone meanwhile, or Route 53 is still busy with it: try again. */
export class ZoneBusy extends Error {
  override readonly name = 'ZoneBusy';
}

/**
 * Traffic by weighted DNS records in one hosted zone: `<service>.<application>.<zone>`, each with a health check by which Route 53
 * itself leaves out what cannot be reached, and fails over to a standby. A shift resolves when every name server has it and what
 * resolvers kept of the old answer has expired: what is retired afterwards is asked for by nobody, and a recovery that is measured
 * by it has the propagation and the TTL in it.
 *
 * Endpoints are reached under the service's own name: a runtime that serves by Host header has to know that name (a custom domain).
 * @example createRoute53Router({ zone: { id: 'Z1', name: 'apps.example.com', ttlSeconds: 60 }, wait, logger })
 */
export function createRoute53Router(options: Route53Options): TrafficRouter {
  const { client = new Route53Client({}), zone, wait, pollMs = 2_000, logger } = options;

  async function standingOf(split: Split): Promise<readonly ResourceRecordSet[]> {
    const found = await Promise.all(namesOf(split, zone).map((name) => recordsUnder(name)));
    return found.flat();
  }

  async function recordsUnder(name: string): Promise<readonly ResourceRecordSet[]> {
    const found: ResourceRecordSet[] = [];
    for await (const set of recordsFrom(name)) {
      if (set.Name !== name) break;
      found.push(set);
    }
    return found;
  }

  async function* recordsFrom(name: string | undefined): AsyncGenerator<ResourceRecordSet> {
    let from: ListFrom | undefined = { StartRecordName: name };
    while (from !== undefined) {
      const input: ListResourceRecordSetsCommandInput = { HostedZoneId: zone.id, ...from };
      const page: ListResourceRecordSetsCommandOutput = await client.send(new ListResourceRecordSetsCommand(input));
      yield* page.ResourceRecordSets ?? [];
      from = page.IsTruncated
        ? {
            StartRecordName: page.NextRecordName,
            StartRecordType: page.NextRecordType,
            StartRecordIdentifier: page.NextRecordIdentifier,
          }
        : undefined;
    }
  }

  async function inForceEverywhere(changeId: string | undefined): Promise<void> {
    for (;;) {
      const { ChangeInfo } = await client.send(new GetChangeCommand({ Id: changeId }));
      if (ChangeInfo?.Status === 'INSYNC') break;
      await wait(pollMs);
    }
  }

  /** Found out before anything is made for it. */
  async function checksFor(split: Split): Promise<Checks> {
    recordsOf(split, zone, new Map());
    const refused = (why: Error): void =>
      logger.warn('a record goes without a health check', { name: recordName(split, zone), why: why.message });
    return ensureChecks(client, split, zone, refused);
  }

  return {
    async route(split) {
      const standing = await standingOf(split);
      const mark = standing.find(({ Type, Name }) => Type === 'TXT' && Name === markName(split, zone));
      const inForce = mark === undefined ? undefined : readMark(mark, zone);
      if (inForce !== undefined && inForce.sequence > split.sequence) return;
      // It came again: what follows the records may be what was lost.
      if (mark !== undefined && isSame(mark, markOf(split, zone)))
        return dropChecks(client, split, zone, named(standing));
      const checks = await checksFor(split);
      const batch = {
        Changes: [...changesTo(split, standing, zone, checks)],
        Comment: `homeostasis split ${split.sequence}`,
      };
      const command = new ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch: batch });
      const { ChangeInfo } = await client.send(command).catch((error: unknown) => {
        // A record to be deleted is no longer what we read: another writer was faster.
        if (!(error instanceof InvalidChangeBatch) && !(error instanceof PriorRequestNotComplete)) throw error;
        throw new ZoneBusy(`${recordName(split, zone)} was changed by somebody else meanwhile`, { cause: error });
      });
      await inForceEverywhere(ChangeInfo?.Id);
      await dropChecks(client, split, zone, checks);
      await wait(zone.ttlSeconds * 1000);
    },
    async routes() {
      const splits: Split[] = [];
      for await (const set of recordsFrom(undefined)) {
        const split = set.Type === 'TXT' ? readMark(set, zone) : undefined;
        if (split !== undefined) splits.push(split);
      }
      return splits;
    },
  };
}

type ListFrom = Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId'>;

/** The checks that these records name. */
const named = (records: readonly ResourceRecordSet[]): Checks =>
  new Map(
    records.flatMap(({ Name, SetIdentifier, HealthCheckId }) =>
      HealthCheckId === undefined ? [] : [[`${Name} ${SetIdentifier}`, HealthCheckId]],
    ),
  );

const isSame = (a: ResourceRecordSet, b: ResourceRecordSet): boolean =>
  a.ResourceRecords?.[0]?.Value === b.ResourceRecords?.[0]?.Value;
