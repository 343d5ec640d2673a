import { canonical } from '../../shared/domain/canonical.ts';
import type { Decided } from './input.ts';
import type { PlacedTarget, PlacementRecord } from './record.ts';

export interface ServiceChange {
  readonly service: string;
  readonly action: 'create' | 'update' | 'move' | 'scale' | 'remove' | 'keep';
  /** `aws/eu-west-1/fargate x2` */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What about the workload itself changes: `image`, `env`, … */
  readonly fields: readonly string[];
}

/** What runs now against what was decided. */
export function differences(
  decided: Decided & { readonly kind: 'placed' },
  current: ReadonlyMap<string, PlacementRecord>,
): ServiceChange[] {
  const changes = decided.services.map((next): ServiceChange => {
    const standing = current.get(next.service);
    const before = standing === undefined ? [] : spelled(standing.targets);
    const after = spelled(next.placed);
    const fields = standing === undefined ? [] : changedFields(standing.workload, next.workload);
    return { service: next.service, action: action(standing, next, fields), before, after, fields };
  });
  const removed = decided.removed.map((service): ServiceChange => {
    const before = spelled(current.get(service)?.targets ?? []);
    return { service, action: 'remove', before, after: [], fields: [] };
  });
  return [...changes, ...removed];
}

function action(
  standing: PlacementRecord | undefined,
  next: { readonly specHash: string; readonly placed: readonly PlacedTarget[] },
  fields: readonly string[],
): ServiceChange['action'] {
  if (standing === undefined) return 'create';
  if (standing.specHash === next.specHash) return 'keep';
  const before = new Set(standing.targets.map(placeOf));
  const moved = next.placed.length !== before.size || next.placed.some((each) => !before.has(placeOf(each)));
  if (moved) return 'move';
  return fields.every((field) => field === 'replicas') ? 'scale' : 'update';
}

/** Where, and what for: a standby that takes over has moved. */
const placeOf = ({ target, role }: PlacedTarget): string => `${target} ${role ?? ''}`;

function spelled(targets: readonly PlacedTarget[]): string[] {
  return targets.map(({ target, replicas, role }) => `${target} x${replicas}${role ? ` ${role}` : ''}`).sort();
}

function changedFields(before: object, after: object): string[] {
  const a = before as Readonly<Record<string, unknown>>;
  const b = after as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => canonical(a[key] ?? null) !== canonical(b[key] ?? null))
    .sort();
}
