import { InvalidSpec, type ApplyCommand, type DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { driftOf } from './drift.ts';
import type { Resource } from './gcp-api.ts';
import { failed, type Standing } from './observe.ts';
import { identityOf, specHashOf } from './tags.ts';

/** What to do about an apply command. */
export type ApplyStep =
  /** A newer generation stands there. */
  | { readonly do: 'refuse'; readonly newer: Standing }
  /** It is being deleted: nothing can be written until it is gone. */
  | { readonly do: 'wait'; readonly leaving: Standing }
  | { readonly do: 'create' }
  | { readonly do: 'update'; readonly over: Standing }
  | { readonly do: 'keep'; readonly standing: Standing };

/** The resources among those read that are this deployment's. */
export function oursAmong(found: readonly Resource[], key: DeploymentKey): Standing[] {
  return found.flatMap((resource) => {
    const identity = identityOf(resource.body);
    const same = identity?.application === key.application && identity.service === key.service;
    return identity !== undefined && same ? [{ identity, resource }] : [];
  });
}

const leaving = ({ resource }: Standing): boolean => resource.body.deleteTime != null;

/** The one that counts when a service has turned into a worker pool or back: the newest, and of equals the one that stays. */
export function foremost(standing: readonly Standing[]): Standing | undefined {
  return standing.toSorted(
    (left, right) =>
      right.identity.generation - left.identity.generation || Number(leaving(left)) - Number(leaving(right)),
  )[0];
}

export const newerThan = (standing: readonly Standing[], generation: number): Standing | undefined => {
  const first = foremost(standing);
  return first !== undefined && first.identity.generation > generation ? first : undefined;
};

/**
 * What stands + what is wanted → the one step that leads there. The same command again is a step only where the cloud is not as the
 * command left it: it drifted, or the deployment failed, which Cloud Run tries again when it is sent again.
 * @throws InvalidSpec when the name is taken by something that is not ours.
 */
export function decideApply(command: ApplyCommand, wish: Resource, found: readonly Resource[]): ApplyStep {
  const ours = oursAmong(found, command);
  const newer = newerThan(ours, command.generation);
  if (newer !== undefined) return { do: 'refuse', newer };
  const there = found.find(({ kind }) => kind === wish.kind);
  if (there === undefined) return { do: 'create' };
  const standing = ours.find(({ resource }) => resource === there);
  if (standing === undefined) throw taken(command, there);
  if (leaving(standing)) return { do: 'wait', leaving: standing };
  return isAsCommanded(standing, command) ? { do: 'keep', standing } : { do: 'update', over: standing };
}

function isAsCommanded({ identity, resource }: Standing, command: ApplyCommand): boolean {
  return (
    identity.generation === command.generation &&
    specHashOf(resource.body) === command.specHash &&
    driftOf(resource).length === 0 &&
    !failed(resource)
  );
}

/** The other kind's resource of an earlier generation, which nothing needs once the wanted one is there. */
export function leftovers(command: ApplyCommand, wish: Resource, found: readonly Resource[]): Standing[] {
  return oursAmong(found, command).filter((standing) => standing.resource.kind !== wish.kind && !leaving(standing));
}

/** What of ours there is to delete; those already on their way need nothing more. */
export const toDelete = (standing: readonly Standing[]): Standing[] => standing.filter((one) => !leaving(one));

function taken({ application, service, target }: ApplyCommand, there: Resource): InvalidSpec {
  return new InvalidSpec(
    `${application}/${service} cannot be deployed to ${target}: ${there.body.name} exists and does not carry our labels. ` +
      'Delete or rename it, or rename the service; it was left as it is.',
  );
}
