import type { DeploymentIdentity } from '../../shared/contracts/values.ts';
import type { Shape } from './shape.ts';
import { parseShape, spellShape } from './shape.ts';

/** Azure keeps at most 50 tags of 512/256 characters; names may not contain `<>%&\?/`. */
const names = {
  managedBy: 'managed-by',
  application: 'homeostasis-application',
  service: 'homeostasis-service',
  target: 'homeostasis-target',
  generation: 'homeostasis-generation',
  specHash: 'homeostasis-spec-hash',
  replicas: 'homeostasis-replicas',
  shape: 'homeostasis-shape',
  span: 'homeostasis-span',
} as const;

export const specHashTag: string = names.specHash;

const owner = 'homeostasis';

/** What a resource of ours says about itself. */
export interface Marks extends DeploymentIdentity {
  readonly generation: number;
  readonly specHash: string;
  /** As commanded: what the resource has now may have drifted. */
  readonly replicas: number;
  /** The fields we set, short enough for a tag: what drift is told from. */
  readonly shape: Shape;
  /** Container groups only: indices below this may hold a group that is still to go; absent means `replicas`. */
  readonly span?: number;
}

export type Tags = Record<string, string>;

export function toTags(marks: Marks): Tags {
  return {
    [names.managedBy]: owner,
    [names.application]: marks.application,
    [names.service]: marks.service,
    [names.target]: marks.target,
    [names.generation]: String(marks.generation),
    [names.specHash]: marks.specHash,
    [names.replicas]: String(marks.replicas),
    [names.shape]: spellShape(marks.shape),
    ...(marks.span === undefined ? {} : { [names.span]: String(marks.span) }),
  };
}

/** Marks as far as they are readable: somebody may have changed or dropped any of them. */
export interface FoundMarks {
  readonly identity: DeploymentIdentity | undefined;
  readonly generation: number | undefined;
  readonly specHash: string | undefined;
  readonly replicas: number | undefined;
  readonly shape: Shape;
  readonly span: number | undefined;
}

export function fromTags(tags: Readonly<Tags> | undefined): FoundMarks {
  const all = tags ?? {};
  return {
    identity: identityIn(all),
    // Zero is a generation nobody of us wrote.
    generation: count(all[names.generation]) || undefined,
    specHash: all[names.specHash],
    replicas: count(all[names.replicas]),
    shape: parseShape(all[names.shape] ?? ''),
    span: count(all[names.span]),
  };
}

function identityIn(tags: Readonly<Tags>): DeploymentIdentity | undefined {
  const { [names.application]: application, [names.service]: service, [names.target]: target } = tags;
  if (tags[names.managedBy] !== owner) return undefined;
  if (application === undefined || service === undefined || target === undefined) return undefined;
  return { application, service, target };
}

const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
