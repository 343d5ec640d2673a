import { find } from './entity-methods.ts';
import type { Entity, Policy } from './model.ts';
import { parseResource } from './names.ts';
import type { Kind } from './names.ts';
import { invalidArgument, RpcError } from './status.ts';
import type { Violation } from './status.ts';
import type { Method, World } from './world.ts';

const member =
  /^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+)$/;
const role = /^(?:roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\/[\w.]+$/;

function bindingViolations(policy: Partial<Policy>): Violation[] {
  return (policy.bindings ?? []).flatMap((binding, index) => {
    const at = `policy.bindings[${index}]`;
    const members = (binding.members ?? []).filter((name) => !member.test(name));
    const wrong = members.map((name) => ({
      field: `${at}.members`,
      description: `The member ${name} is of an unknown type. Please set a valid type prefix for the member.`,
    }));
    if (role.test(binding.role ?? '')) return wrong;
    return [
      ...wrong,
      { field: `${at}.role`, description: `Role ${binding.role ?? ''} is not supported for this resource.` },
    ];
  });
}

const sameEtag = (left: string, right: string): boolean =>
  Buffer.from(left, 'base64').equals(Buffer.from(right, 'base64'));

/** Replaces the policy. Throws ABORTED when `etag` is not the current one, INVALID_ARGUMENT for an unknown member or role. */
export function setPolicy(entity: Entity, policy: Partial<Policy>): Policy {
  if (policy.etag !== undefined && !sameEtag(policy.etag, entity.policy.etag)) {
    throw new RpcError(
      'ABORTED',
      'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
    );
  }
  const violations = bindingViolations(policy);
  if (violations.length > 0)
    throw invalidArgument(violations, violations.map((violation) => violation.description).join('\n'));
  const bindings = (policy.bindings ?? []).filter((binding) => (binding.members ?? []).length > 0);
  const before = Buffer.from(entity.policy.etag, 'base64');
  const count = before.readUIntBE(0, Math.min(before.length, 6)) + 1;
  const etag = Buffer.alloc(6);
  etag.writeUIntBE(count, 0, 6);
  entity.policy = { version: 1, etag: etag.toString('base64'), ...(bindings.length > 0 ? { bindings } : {}) };
  return entity.policy;
}

interface IamRequest {
  readonly resource?: string;
  readonly policy?: Partial<Policy>;
  readonly permissions?: readonly string[];
}

const entityOf = (world: World, kind: Kind, request: object): Entity =>
  find(world, parseResource('resource', (request as IamRequest).resource ?? '', kind));

export function iamMethods(kind: Kind): Readonly<Record<string, Method>> {
  return {
    GetIamPolicy: (world, request) => entityOf(world, kind, request).policy,
    SetIamPolicy: (world, request) => setPolicy(entityOf(world, kind, request), (request as IamRequest).policy ?? {}),
    // Callers are not told apart here, so each has every permission asked about.
    TestIamPermissions: (world, request) => {
      entityOf(world, kind, request);
      return { permissions: (request as IamRequest).permissions ?? [] };
    },
  };
}
