import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Route } from '../../contracts/traffic-shift.ts';
import type { Split } from '../../ports/traffic-router.ts';

/** Target to the id of its endpoint's health check. */
export type Checks = ReadonlyMap<string, string>;

export interface Zone {
  /** `Z…`, as Route 53 names hosted zones. */
  readonly id: string;
  /** `apps.example.com`, without a dot at the end. */
  readonly name: string;
  /** Seconds a resolver may keep an answer: what a shift waits for, and what a failover costs at most. */
  readonly ttlSeconds: number;
}

/** DNS can point a name at a name or at an address, at nothing else. Terminal: the endpoint will not become one by waiting. */
export class NotANameOrAddress extends Error {
  override readonly name = 'NotANameOrAddress';
  readonly terminal = true;
  constructor(target: string, endpoint: string) {
    super(`the endpoint of ${target}, ${endpoint}, has no host that a DNS record could point at`);
  }
}

/** Route 53 has one kind of record under one name. Terminal: it is for people to give the targets endpoints of one kind. */
export class MixedEndpoints extends Error {
  override readonly name = 'MixedEndpoints';
  readonly terminal = true;
  constructor(name: string) {
    super(
      `${name} would need CNAME and A records at once, which DNS does not allow: some endpoints are names, others addresses`,
    );
  }
}

type Name = Pick<Split, 'application' | 'service'>;

export const recordName = ({ application, service }: Name, zone: Zone): string =>
  `${service}.${application}.${zone.name}.`;

/** Beside the name, because a TXT record under it could not stand beside a CNAME. */
export const markName = ({ application, service }: Name, zone: Zone): string =>
  `_homeostasis.${service}.${application}.${zone.name}.`;

/**
 * The split in force, told by the zone itself: sequence, and the endpoint of each target, which weighted records alone would not say.
 * It is deleted by its exact value in the batch that replaces it, so that two writers cannot both win.
 */
export function markOf(split: Split, zone: Zone): ResourceRecordSet {
  const { sequence, routes, removed } = split;
  const text = JSON.stringify({ sequence, routes, ...(removed === undefined ? {} : { removed }) });
  const value = (text.match(/.{1,250}/gs) ?? []).map((part) => `"${part.replaceAll(/[\\"]/g, '\\$&')}"`).join(' ');
  return { Name: markName(split, zone), Type: 'TXT', TTL: zone.ttlSeconds, ResourceRecords: [{ Value: value }] };
}

/** The split that a mark tells of; undefined when the record is none of ours. */
export function readMark(set: ResourceRecordSet, zone: Zone): Split | undefined {
  const [, service, application] = new RegExp(`^_homeostasis\\.([^.]+)\\.([^.]+)\\.`).exec(set.Name ?? '') ?? [];
  const value = set.ResourceRecords?.[0]?.Value;
  if (service === undefined || application === undefined || value === undefined) return undefined;
  if (set.Name !== markName({ application, service }, zone)) return undefined;
  const text = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map(([, part = '']) => part.replaceAll(/\\(.)/g, '$1'))
    .join('');
  const { sequence, routes, removed } = JSON.parse(text) as Pick<Split, 'sequence' | 'routes' | 'removed'>;
  return { application, service, sequence, routes, ...(removed === undefined ? {} : { removed }) };
}

/** What serves lies under this name where a standby waits; the standby itself under the other. */
export const servingName = (split: Name, zone: Zone): string => `_serving.${recordName(split, zone)}`;
export const standbyName = (split: Name, zone: Zone): string => `_standby.${recordName(split, zone)}`;

/**
 * A weighted record with a health check for each target that gets traffic. Where a target stands by, the service's name is
 * a failover record, whose primary is what serves as long as Route 53 finds any of it healthy, and whose secondary is the standby.
 * @throws NotANameOrAddress, MixedEndpoints
 */
export function recordsOf(split: Split, zone: Zone, checks: Checks): ResourceRecordSet[] {
  const name = recordName(split, zone);
  const [serving, waiting] = [split.routes.filter(({ weight }) => weight > 0), split.routes.filter(isWaiting)];
  const place = { zone, checks };
  if (serving.length === 0) return [];
  if (waiting.length === 0) return ofOneKind(name, weighted(name, serving, place));
  const both = [
    ...weighted(servingName(split, zone), serving, place),
    // All alike: a standby has no share.
    ...weighted(
      standbyName(split, zone),
      waiting.map((route) => ({ ...route, weight: 1 })),
      place,
    ),
  ];
  const [{ Type } = {}] = ofOneKind(name, both);
  const alias = (Failover: 'PRIMARY' | 'SECONDARY', to: string): ResourceRecordSet => ({
    Name: name,
    Type,
    SetIdentifier: `${Failover.toLowerCase()} of ${split.service}.${split.application}`,
    Failover,
    AliasTarget: { HostedZoneId: zone.id, DNSName: to, EvaluateTargetHealth: true },
  });
  return [...both, alias('PRIMARY', servingName(split, zone)), alias('SECONDARY', standbyName(split, zone))];
}

export const hasRecord = (route: Route): boolean => route.weight > 0 || isWaiting(route);
const isWaiting = ({ weight, standby }: Route): boolean => weight === 0 && standby === true;

function weighted(
  Name: string,
  routes: readonly Route[],
  { zone, checks }: { readonly zone: Zone; readonly checks: Checks },
): ResourceRecordSet[] {
  return routes.map((route) => {
    const check = checks.get(route.target);
    return {
      Name,
      ...pointedAt(route),
      SetIdentifier: route.target,
      Weight: route.weight,
      TTL: zone.ttlSeconds,
      ...(check === undefined ? {} : { HealthCheckId: check }),
    };
  });
}

function ofOneKind(name: string, records: ResourceRecordSet[]): ResourceRecordSet[] {
  if (new Set(records.map(({ Type }) => Type)).size > 1) throw new MixedEndpoints(name);
  return records;
}

/** In brackets where it is an address of version 6; empty when there is none. */
export const hostOf = (endpoint: string): string => URL.parse(endpoint)?.hostname ?? '';
export const isAddress = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host);

function pointedAt({ target, endpoint }: Route): Pick<ResourceRecordSet, 'Type' | 'ResourceRecords'> {
  const host = hostOf(endpoint);
  if (host === '' || host.startsWith('[')) throw new NotANameOrAddress(target, endpoint);
  return { Type: isAddress(host) ? 'A' : 'CNAME', ResourceRecords: [{ Value: host }] };
}

/** The names under which the records of a service stand. */
export const namesOf = (split: Name, zone: Zone): string[] =>
  [recordName, servingName, standbyName, markName].map((name) => name(split, zone));

/** What stands under the names goes, what is wanted comes, in one batch: Route 53 makes all of it true at once or nothing. */
export function changesTo(
  split: Split,
  standing: readonly ResourceRecordSet[],
  zone: Zone,
  checks: Checks = new Map(),
): readonly Change[] {
  const wanted = [...recordsOf(split, zone, checks), markOf(split, zone)];
  return [
    // An alias first: what it points at may not go before it.
    ...standing
      .toSorted((a, b) => Number(b.AliasTarget !== undefined) - Number(a.AliasTarget !== undefined))
      .map((ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet })),
    ...wanted.map((ResourceRecordSet): Change => ({ Action: 'CREATE', ResourceRecordSet })),
  ];
}
