import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Route } from '../../contracts/traffic-shift.ts';
import type { Split } from '../../ports/traffic-router.ts';

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

/** A weighted record for each target that gets traffic; none for one that gets none. @throws NotANameOrAddress, MixedEndpoints */
export function weightedRecords(split: Split, zone: Zone): ResourceRecordSet[] {
  const name = recordName(split, zone);
  const records = split.routes
    .filter(({ weight }) => weight > 0)
    .map((route): ResourceRecordSet => ({
      Name: name,
      ...pointedAt(route),
      SetIdentifier: route.target,
      Weight: route.weight,
      TTL: zone.ttlSeconds,
    }));
  if (new Set(records.map(({ Type }) => Type)).size > 1) throw new MixedEndpoints(name);
  return records;
}

function pointedAt({ target, endpoint }: Route): Pick<ResourceRecordSet, 'Type' | 'ResourceRecords'> {
  const host = URL.parse(endpoint)?.hostname ?? '';
  if (host === '' || host.startsWith('[')) throw new NotANameOrAddress(target, endpoint);
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
  return { Type: isAddress ? 'A' : 'CNAME', ResourceRecords: [{ Value: host }] };
}

/** What stands under the name goes, what is wanted comes, in one batch: Route 53 makes all of it true at once or nothing. */
export function changesTo(split: Split, standing: readonly ResourceRecordSet[], zone: Zone): readonly Change[] {
  const wanted = [...weightedRecords(split, zone), markOf(split, zone)];
  return [
    ...standing.map((ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet })),
    ...wanted.map((ResourceRecordSet): Change => ({ Action: 'CREATE', ResourceRecordSet })),
  ];
}
