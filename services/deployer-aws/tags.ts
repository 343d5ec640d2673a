import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';

/** ECS spells tags with small letters, ELBv2 with capitals: ours are a plain record until they are sent. */
export type TagSet = Readonly<Record<string, string>>;

const keys = {
  managedBy: 'homeostasis:managed-by',
  application: 'homeostasis:application',
  service: 'homeostasis:service',
  target: 'homeostasis:target',
  generation: 'homeostasis:generation',
  specHash: 'homeostasis:spec-hash',
  replicas: 'homeostasis:replicas',
  definition: 'homeostasis:task-definition',
  planHash: 'homeostasis:plan-hash',
  seenEvent: 'homeostasis:seen-event',
  address: 'homeostasis:address',
  ports: 'homeostasis:ports',
} as const;

export const tagKeys: Readonly<Record<keyof typeof keys, string>> = keys;
const manager = 'homeostasis';

/** Whose it is, and which command made it. */
export const identityTags = (of: DeploymentKey & { readonly specHash: string }): TagSet => ({
  [keys.managedBy]: manager,
  [keys.application]: of.application,
  [keys.service]: of.service,
  [keys.target]: of.target,
  [keys.generation]: String(of.generation),
  [keys.specHash]: of.specHash,
});

/** What an ECS service was told last: what it is compared with when somebody asks whether it drifted. */
export interface Told {
  readonly replicas: number;
  /** `family:revision` */
  readonly definition: string;
  readonly planHash: string;
  /** The newest service event when the command was carried out: older ones tell of earlier generations. */
  readonly seenEvent?: string;
  /** `http:8080`: scheme and port under which a service behind a balancer is known. */
  readonly address?: string;
}

export const toldTags = ({ replicas, definition, planHash, seenEvent, address }: Told): TagSet => ({
  [keys.replicas]: String(replicas),
  [keys.definition]: definition,
  [keys.planHash]: planHash,
  // A tag keeps its old value unless it is given one; "none" matches no event.
  [keys.seenEvent]: seenEvent ?? 'none',
  [keys.address]: address ?? 'none',
});

export const portTags = (ports: readonly number[]): TagSet => ({ [keys.ports]: ports.join(' ') });
export const portsOf = (tags: TagSet): number[] => (tags[keys.ports] ?? '').split(' ').filter(Boolean).map(Number);

export const ecsTags = (tags: TagSet) => Object.entries(tags).map(([key, value]) => ({ key, value }));
export const elbTags = (tags: TagSet) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

interface WireTag {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export const fromWire = (tags: readonly WireTag[] | undefined): TagSet =>
  Object.fromEntries((tags ?? []).map(({ key, value, Key, Value }) => [key ?? Key ?? '', value ?? Value ?? '']));

/** Our tags as read back. Anybody may have changed them: what is missing or unreadable is absent. */
export interface Marks extends Partial<Told> {
  readonly generation?: number;
  readonly specHash?: string;
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function readMarks(tags: TagSet): Marks {
  const found = {
    generation: whole(tags[keys.generation]),
    specHash: tags[keys.specHash],
    replicas: whole(tags[keys.replicas]),
    definition: tags[keys.definition],
    planHash: tags[keys.planHash],
    seenEvent: tags[keys.seenEvent],
    address: tags[keys.address],
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Undefined when it is not one of ours, or nobody can tell whose it is. */
export function readIdentity(tags: TagSet): DeploymentKey | undefined {
  if (tags[keys.managedBy] !== manager) return undefined;
  const application = tags[keys.application];
  const service = tags[keys.service];
  const target = tags[keys.target];
  if (application === undefined || service === undefined || target === undefined) return undefined;
  return { application, service, target, generation: whole(tags[keys.generation]) ?? 1 };
}
