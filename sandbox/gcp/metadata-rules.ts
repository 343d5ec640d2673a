import type { Violation } from './status.ts';

const systemNamespaces = [
  'run.googleapis.com',
  'cloud.googleapis.com',
  'serving.knative.dev',
  'autoscaling.knative.dev',
];

/** Keys of Knative's and Cloud Run's own namespaces, which v1 writes as annotations and v2 has fields for. */
export const isSystemKey = (key: string): boolean =>
  systemNamespaces.some((namespace) => key.startsWith(`${namespace}/`));

const refused = (field: string, key: string): Violation => ({
  field,
  description: `System keys are not supported in the Cloud Run API v2: '${key}' uses a namespace reserved for the system.`,
});

function labelProblem(key: string, value: string): string | undefined {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key)) {
    return `Invalid label key '${key}': must start with a lowercase letter and contain only lowercase letters, numeric characters, underscores and dashes, at most 63 characters.`;
  }
  if (!/^[a-z0-9_-]{0,63}$/.test(value)) {
    return `Invalid value '${value}' of label '${key}': only lowercase letters, numeric characters, underscores and dashes, at most 63 characters.`;
  }
  return undefined;
}

/** Google's label rules: at most 64, lower case, 63 characters (cloud.google.com/resource-manager/docs/creating-managing-labels). */
export function checkLabels(field: string, labels: Readonly<Record<string, string>> = {}): Violation[] {
  const entries = Object.entries(labels);
  const tooMany =
    entries.length > 64 ? [{ field, description: `At most 64 labels are allowed, found ${entries.length}.` }] : [];
  const wrong = entries.flatMap(([key, value]) => {
    if (isSystemKey(key)) return [refused(field, key)];
    const description = labelProblem(key, value);
    return description === undefined ? [] : [{ field, description }];
  });
  return [...tooMany, ...wrong];
}

/** Kubernetes' annotation rules: a DNS prefix, a name of 63 characters, 256 KiB in all. */
export function checkAnnotations(field: string, annotations: Readonly<Record<string, string>> = {}): Violation[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  const tooLarge =
    size > 262_144 ? [{ field, description: `Annotations are ${size} bytes; the limit is 262144.` }] : [];
  const wrong = entries.flatMap(([key]) => {
    if (isSystemKey(key)) return [refused(field, key)];
    if (/^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/.test(key)) return [];
    return [{ field, description: `Invalid annotation key '${key}'.` }];
  });
  return [...tooLarge, ...wrong];
}
