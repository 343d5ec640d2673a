import type { ReplicaStatus, SandboxContext } from '../../core/types.ts';
import { validationError } from '../wire/errors.ts';
import { text, whole, type Input } from '../wire/input.ts';
import { paginate } from '../wire/paging.ts';
import type { ElbRegion } from './state.ts';

export interface ElbCall {
  readonly input: Input;
  readonly region: ElbRegion;
  readonly context: SandboxContext;
  /** Replicas of the services attached to a target group. */
  targets(targetGroupArn: string): readonly ReplicaStatus[];
}

export type ElbOperation = (call: ElbCall) => object | Promise<object>;

/** Names of load balancers and target groups. Source: ELBv2 API reference, CreateLoadBalancer and CreateTargetGroup, Name. */
export function readName(input: Input): string {
  const name = text(input, 'Name') ?? '';
  if (!/^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name) || name.startsWith('internal-')) {
    throw validationError(
      `Value '${name}' for Name must have 1 to 32 letters, digits and hyphens, and not begin or end with a hyphen or begin with 'internal-'`,
    );
  }
  return name;
}

/** The `Marker` and `PageSize` paging every Describe operation has. */
export function page<Item>({ input }: ElbCall, items: readonly Item[], keyOf: (item: Item) => string) {
  const limit = whole(input, 'PageSize') ?? 400;
  if (limit < 1 || limit > 400) throw validationError('PageSize must be between 1 and 400');
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const { items: shown, nextToken } = paginate(sorted, keyOf, { limit, token: text(input, 'Marker') });
  return { shown, next: nextToken === undefined ? {} : { NextMarker: nextToken } };
}
