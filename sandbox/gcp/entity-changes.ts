import { randomInt, randomUUID } from 'node:crypto';
import { withDefaults } from './defaults.ts';
import { sameValue } from './desired.ts';
import { noExtras } from './model.ts';
import type { Desired, Entity, KnativeExtras, Revision, Template } from './model.ts';
import { formatResource } from './names.ts';
import type { ResourceName } from './names.ts';
import { defaultCreator } from './render.ts';
import { invalidArgument } from './status.ts';
import { pendingTerminal } from './transitions.ts';
import { validate } from './validate.ts';
import type { World } from './world.ts';

/** What is asked for, from v2 or from v1. */
export interface Change {
  readonly ref: ResourceName;
  readonly desired: Desired;
  readonly extras?: KnativeExtras;
  /** A revision even when the template is the same. */
  readonly forceRevision?: boolean;
}

/** Three letters without vowels, as Cloud Run ends its revision names. */
const suffix = (): string => Array.from({ length: 3 }, () => 'bcdfghjklmnpqrstvwxz'[randomInt(20)]).join('');

/** Fills in defaults and holds the result against every rule. Throws INVALID_ARGUMENT or RESOURCE_EXHAUSTED. */
export function complete(world: World, change: Change, existing: Entity | undefined): Desired {
  const desired = withDefaults(change.ref, change.desired);
  const revisions = existing?.revisions.map((revision) => revision.id) ?? [];
  const path = change.ref.kind === 'service' ? 'service' : 'worker_pool';
  validate({ ref: change.ref, desired, path, revisions }, world.quotas);
  return desired;
}

/** An entity that exists, but has no revision yet and is in no store: what `validate_only` shows. */
export function draft(world: World, change: Change, desired: Desired): Entity {
  const now = world.context.clock.now();
  return {
    ref: change.ref,
    name: formatResource(change.ref),
    kind: change.ref.kind,
    uid: randomUUID(),
    sequence: world.store.sequence(),
    createTime: now,
    updateTime: now,
    deleteTime: undefined,
    desired,
    extras: change.extras ?? noExtras,
    generation: 1,
    observedGeneration: 0,
    revisions: [],
    revisionCount: 0,
    latestCreated: undefined,
    latestReady: undefined,
    conditions: [],
    terminal: pendingTerminal(now),
    uri: undefined,
    policy: { etag: 'ACAB' },
    operation: undefined,
  };
}

function revisionId(entity: Entity, named: string | undefined): string {
  if (named === undefined) return `${entity.ref.id}-${String(entity.revisionCount).padStart(5, '0')}-${suffix()}`;
  if (!entity.revisions.some((revision) => revision.id === named)) return named;
  const text = `Revision named '${named}' with different configuration already exists.`;
  throw invalidArgument([{ field: 'template.revision', description: text }], text);
}

/** Kept per entity, as Cloud Run does: the newest thousand. */
const revisionsKept = 1000;

export function addRevision(world: World, entity: Entity): void {
  const template = entity.desired.template as Template;
  const id = revisionId({ ...entity, revisionCount: entity.revisionCount + 1 }, template.revision);
  entity.revisionCount += 1;
  const revision: Revision = {
    id,
    uid: randomUUID(),
    generation: entity.generation,
    createTime: world.context.clock.now(),
    template,
    extras: entity.extras,
    creator: defaultCreator,
    conditions: [],
    state: 'deploying',
  };
  entity.revisions = [revision, ...entity.revisions].slice(0, revisionsKept);
  entity.latestCreated = id;
}

const templateExtras = (extras: KnativeExtras): object => [extras.templateLabels, extras.templateAnnotations];

/** A new revision is made when the template changes, and only then: labels, traffic and scaling of the service are not part of it. */
export function needsRevision(entity: Entity, desired: Desired, extras: KnativeExtras): boolean {
  const before = entity.revisions.find((revision) => revision.id === entity.latestCreated);
  if (!before || before.state === 'failed') return true;
  return (
    !sameValue(before.template, desired.template) || !sameValue(templateExtras(before.extras), templateExtras(extras))
  );
}

/** Writes a validated change into an entity that exists. Answers whether anything changed at all. */
export function applyChange(world: World, entity: Entity, change: Change, desired: Desired): boolean {
  const extras = change.extras ?? entity.extras;
  const revise = change.forceRevision === true || needsRevision(entity, desired, extras);
  const named = desired.template?.revision;
  // A name that is left in the template by a read-modify-write is not a wish for the same name again, unless the template changed.
  if (revise && named !== undefined) revisionId(entity, named);
  const changed = revise || !sameValue(entity.desired, desired) || !sameValue(entity.extras, extras);
  if (!changed) return false;
  entity.desired = desired;
  entity.extras = extras;
  entity.generation += 1;
  entity.updateTime = world.context.clock.now();
  if (revise) addRevision(world, entity);
  return true;
}
