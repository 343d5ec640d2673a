import type { ApplyCommand, DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { InvalidSpec } from '../../shared/ports/cloud-target.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import type { FoundMarks } from './tags.ts';

/** A generation newer than the command's stands: the command came late, and nothing may be done for it. */
export const isStale = (of: DeploymentKey, found: FoundMarks): boolean => (found.generation ?? 0) > of.generation;

/** Generation and spec hash are those of the command; drift is another question. */
export const isSame = (command: ApplyCommand, found: FoundMarks): boolean =>
  found.generation === command.generation && found.specHash === command.specHash;

/**
 * Names carry the identity's hash, so a resource with our name is ours even when somebody dropped its tags. One that says it is
 * another deployment's is not touched.
 * @throws InvalidSpec
 */
export function requireOurs(of: DeploymentKey, found: FoundMarks, name: string): void {
  if (found.identity === undefined || deploymentId(found.identity) === deploymentId(of)) return;
  throw new InvalidSpec(
    `${name} is tagged as ${deploymentId(found.identity)}, not as ${deploymentId(of)}: it is left alone; rename one of the services`,
  );
}
