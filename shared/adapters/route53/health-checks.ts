import {
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  ListHealthChecksCommand,
  NoSuchHealthCheck,
  TooManyHealthChecks,
  type HealthCheck,
  type HealthCheckConfig,
  type ListHealthChecksCommandOutput,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { createHash } from 'node:crypto';
import type { Route } from '../../contracts/traffic-shift.ts';
import type { Split } from '../../ports/traffic-router.ts';
import { hasRecord, hostOf, isAddress, type Checks, type Zone } from './records.ts';

/**
 * Seconds between two checks by one checker, and how many must fail: what Route 53 calls standard, and charges least for. The monitor
 * is quicker; this is what still works while the control plane does not.
 */
const interval = 30;
const threshold = 3;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/**
 * A check is told by its caller reference, which its listing carries: whose it is, and of which endpoint. The sequence makes it new
 * each time, because Route 53 never takes the reference of a check that was deleted.
 */
export const referencesOf = ({ application, service }: Pick<Split, 'application' | 'service'>, zone: Zone): string =>
  `homeostasis-${hash(`${zone.id}/${application}/${service}`)}-`;
export const referenceOf = (split: Split, route: Route, zone: Zone): string =>
  `${referencesOf(split, zone)}${hash(`${route.target} ${route.endpoint}`)}-`;

/** Whether it takes connections: the split knows no health path, and any HTTP status may be what a service answers to `/`. */
export function checkOf({ endpoint }: Route): HealthCheckConfig {
  const host = hostOf(endpoint);
  const { protocol, port } = new URL(endpoint);
  return {
    Type: 'TCP',
    ...(isAddress(host) ? { IPAddress: host } : { FullyQualifiedDomainName: host }),
    Port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    RequestInterval: interval,
    FailureThreshold: threshold,
  };
}

/** The checks of one service, created when they are missed. A quota that is used up costs the check, never the traffic. */
export async function ensureChecks(
  client: Route53Client,
  split: Split,
  zone: Zone,
  refused: (why: Error) => void,
): Promise<Checks> {
  if (!split.routes.some(hasRecord)) return new Map();
  const standing = await checksOf(client, split, zone);
  const found = new Map<string, string>();
  for (const route of split.routes.filter(hasRecord)) {
    const reference = referenceOf(split, route, zone);
    const known = standing.find(({ CallerReference }) => CallerReference?.startsWith(reference));
    const id = known?.Id ?? (await create(client, `${reference}${split.sequence}`, route, refused));
    if (id === undefined) continue;
    // For people: whose it is follows from the reference.
    if (known === undefined) await tag(client, id, split, route);
    found.set(route.target, id);
  }
  return found;
}

async function create(
  client: Route53Client,
  CallerReference: string,
  route: Route,
  refused: (why: Error) => void,
): Promise<string | undefined> {
  try {
    const input = { CallerReference, HealthCheckConfig: checkOf(route) };
    const { HealthCheck } = await client.send(new CreateHealthCheckCommand(input));
    return HealthCheck?.Id;
  } catch (error) {
    if (!(error instanceof TooManyHealthChecks)) throw error;
    refused(error);
    return undefined;
  }
}

async function tag(client: Route53Client, id: string, split: Split, { target }: Route): Promise<void> {
  const tags = { Name: `${split.application}/${split.service} ${target}`, 'managed-by': 'homeostasis' };
  const AddTags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await client.send(new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: id, AddTags }));
}

/** Deletes the checks of the service that no record names any more, also those that a crash left behind. */
export async function dropChecks(client: Route53Client, split: Split, zone: Zone, keep: Checks): Promise<void> {
  const kept = new Set(keep.values());
  for (const { Id } of await checksOf(client, split, zone)) {
    if (Id === undefined || kept.has(Id)) continue;
    await client.send(new DeleteHealthCheckCommand({ HealthCheckId: Id })).catch((error: unknown) => {
      if (!(error instanceof NoSuchHealthCheck)) throw error;
    });
  }
}

async function checksOf(client: Route53Client, split: Split, zone: Zone): Promise<HealthCheck[]> {
  const found: HealthCheck[] = [];
  let marker: string | undefined;
  do {
    const page: ListHealthChecksCommandOutput = await client.send(new ListHealthChecksCommand({ Marker: marker }));
    found.push(...(page.HealthChecks ?? []));
    marker = page.IsTruncated ? page.NextMarker : undefined;
  } while (marker !== undefined);
  const ours = referencesOf(split, zone);
  return found.filter(({ CallerReference }) => CallerReference?.startsWith(ours));
}
