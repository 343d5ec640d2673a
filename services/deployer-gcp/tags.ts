import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { regionOf, runtime } from './names.ts';

/**
 * Identity, generation and spec hash travel as labels, which also show up in Google's bills. A label value has at most 63 characters
 * of lower case letters, digits, hyphens and underscores (cloud.google.com/resource-manager/docs/labels-overview); what does not fit is
 * an annotation under the same word.
 */
export const labelKeys = {
  managedBy: 'managed-by',
  application: 'homeostasis-application',
  service: 'homeostasis-service',
  runtime: 'homeostasis-runtime',
  /** For bills: with underscores where a target has slashes, which a label may not hold. */
  place: 'homeostasis-place',
  generation: 'homeostasis-generation',
  specHash: 'homeostasis-spec-hash',
} as const;

export const annotationKeys = {
  specHash: 'homeostasis.dev/spec-hash',
  /** What the plan asked for, as JSON: observing compares the resource with it. */
  planned: 'homeostasis.dev/planned',
} as const;

const manager = 'homeostasis';
const fitsLabel = (value: string): boolean => /^[a-z0-9_-]{0,63}$/.test(value);

export interface Tags {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

export function tagsFor(key: DeploymentKey, specHash: string): Tags {
  const short = fitsLabel(specHash);
  const target = key.target.replaceAll('/', '_');
  return {
    labels: {
      [labelKeys.managedBy]: manager,
      [labelKeys.application]: key.application,
      [labelKeys.service]: key.service,
      [labelKeys.runtime]: runtime,
      ...(fitsLabel(target) ? { [labelKeys.place]: target } : {}),
      [labelKeys.generation]: String(key.generation),
      ...(short ? { [labelKeys.specHash]: specHash } : {}),
    },
    annotations: short ? {} : { [annotationKeys.specHash]: specHash },
  };
}

/** What carries tags: the part of a Service and of a WorkerPool that says whose it is. */
export interface Tagged {
  readonly name?: string | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
}

/** Whose a resource is; undefined when it is not ours, or its tags can no longer be read as one of ours. */
export function identityOf(resource: Tagged): DeploymentKey | undefined {
  const labels = resource.labels ?? {};
  const application = labels[labelKeys.application];
  const service = labels[labelKeys.service];
  const generation = Number(labels[labelKeys.generation]);
  if (labels[labelKeys.managedBy] !== manager || !application || !service) return undefined;
  if (!Number.isSafeInteger(generation) || generation < 1) return undefined;
  const target = `gcp/${regionOf(resource.name ?? '')}/${labels[labelKeys.runtime] ?? runtime}`;
  return { application, service, target, generation };
}

/** The spec hash a resource carries; undefined when it has lost it. */
export const specHashOf = (resource: Tagged): string | undefined =>
  (resource.labels?.[labelKeys.specHash] ?? resource.annotations?.[annotationKeys.specHash]) || undefined;
