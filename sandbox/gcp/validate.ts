import { checkContainers } from './container-rules.ts';
import { checkAnnotations, checkLabels } from './metadata-rules.ts';
import type { Desired, Template, TrafficTarget } from './model.ts';
import type { Kind, ResourceName } from './names.ts';
import { checkResources } from './resource-rules.ts';
import { invalidArgument, RpcError } from './status.ts';
import type { Violation } from './status.ts';

/** Limits a project has by default (cloud.google.com/run/quotas). */
export interface Quotas {
  readonly maxInstances: number;
  readonly servicesPerRegion: number;
}

export const defaultQuotas: Quotas = { maxInstances: 1000, servicesPerRegion: 1000 };

/** What is being checked: `path` is the message's name in the request, `service` or `worker_pool`. */
export interface Candidate {
  readonly ref: ResourceName;
  readonly desired: Desired;
  readonly path: string;
  /** Revisions that already exist, by id. */
  readonly revisions: readonly string[];
}

const problem = (when: boolean, field: string, description: string): Violation[] =>
  when ? [{ field, description }] : [];

function durationProblems(template: Template, path: string): Violation[] {
  const seconds = Number.parseFloat(template.timeout ?? '300s');
  return problem(!(seconds > 0 && seconds <= 3600), `${path}.timeout`, 'must be between 1 second and 3600 seconds');
}

function scalingProblems(desired: Desired, path: string): Violation[] {
  const scaling = desired.template?.scaling ?? {};
  const service = desired.scaling ?? {};
  const numbers = [
    scaling.minInstanceCount,
    scaling.maxInstanceCount,
    service.minInstanceCount,
    service.maxInstanceCount,
    service.manualInstanceCount,
  ];
  const negative = numbers.some((number) => number !== undefined && number < 0);
  const crossed = (scaling.minInstanceCount ?? 0) > (scaling.maxInstanceCount ?? 100);
  const manual = service.scalingMode === 'MANUAL' && service.manualInstanceCount === undefined;
  return [
    ...problem(negative, `${path}.scaling`, 'instance counts must be greater than or equal to 0'),
    ...problem(
      crossed,
      `${path}.template.scaling.min_instance_count`,
      'must be less than or equal to max_instance_count',
    ),
    ...problem(manual, `${path}.scaling.manual_instance_count`, 'is required when scaling_mode is MANUAL'),
  ];
}

function concurrencyProblems(template: Template, path: string): Violation[] {
  const concurrency = template.maxInstanceRequestConcurrency ?? 80;
  return problem(
    concurrency < 1 || concurrency > 1000,
    `${path}.max_instance_request_concurrency`,
    'must be between 1 and 1000',
  );
}

function splitProblems(candidate: Candidate, targets: readonly TrafficTarget[], field: string): Violation[] {
  const sum = targets.reduce((total, target) => total + (target.percent ?? 0), 0);
  const unknown = targets.filter(
    (target) => target.revision && !candidate.revisions.includes(target.revision.split('/').at(-1) ?? ''),
  );
  const named = candidate.desired.template?.revision;
  return [
    ...problem(targets.length > 0 && sum !== 100, field, `Traffic percentages must sum to 100, but was ${sum}.`),
    ...unknown
      .filter((target) => target.revision !== named)
      .map((target) => ({ field, description: `Revision named '${target.revision}' does not exist.` })),
  ];
}

function revisionNameProblems(candidate: Candidate): Violation[] {
  const name = candidate.desired.template?.revision;
  if (name === undefined) return [];
  const fits = name.startsWith(`${candidate.ref.id}-`) && /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name);
  const description = `must be prefixed with the name of the enclosing resource '${candidate.ref.id}-' and be a valid name of at most 63 characters, but was '${name}'`;
  return problem(!fits, `${candidate.path}.template.revision`, description);
}

function serviceProblems(candidate: Candidate): Violation[] {
  const { desired, path } = candidate;
  const template = desired.template ?? {};
  return [
    ...durationProblems(template, `${path}.template`),
    ...concurrencyProblems(template, `${path}.template`),
    ...splitProblems(candidate, desired.traffic ?? [], `${path}.traffic`),
  ];
}

/** All rules a Service or a WorkerPool must keep, defaults filled in. Throws INVALID_ARGUMENT with every broken one. */
export function validate(candidate: Candidate, quotas: Quotas): void {
  const { desired, path, ref } = candidate;
  const template = desired.template ?? {};
  const violations = [
    ...checkLabels(`${path}.labels`, desired.labels),
    ...checkAnnotations(`${path}.annotations`, desired.annotations),
    ...checkLabels(`${path}.template.labels`, template.labels),
    ...checkAnnotations(`${path}.template.annotations`, template.annotations),
    ...problem((desired.description ?? '').length > 512, `${path}.description`, 'must be at most 512 characters'),
    ...checkContainers(ref.kind, template, `${path}.template`),
    ...checkResources(ref.kind, template, `${path}.template`),
    ...scalingProblems(desired, path),
    ...revisionNameProblems(candidate),
    ...specific[ref.kind](candidate),
  ];
  if (violations.length > 0) throw invalidArgument(violations);
  checkInstanceQuota(candidate, quotas);
}

const specific: Readonly<Record<Kind, (candidate: Candidate) => Violation[]>> = {
  service: serviceProblems,
  workerPool: (candidate) =>
    splitProblems(candidate, candidate.desired.instanceSplits ?? [], `${candidate.path}.instance_splits`),
};

function checkInstanceQuota(candidate: Candidate, quotas: Quotas): void {
  const { template, scaling } = candidate.desired;
  const wanted = Math.max(
    template?.scaling?.maxInstanceCount ?? 0,
    scaling?.maxInstanceCount ?? 0,
    scaling?.manualInstanceCount ?? 0,
  );
  if (wanted <= quotas.maxInstances) return;
  const field = `${candidate.path}.template.scaling.max_instance_count`;
  const description = `Max instances must be set to ${quotas.maxInstances} or fewer in order to set the requested total number of instances.`;
  const detail = {
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [{ subject: `locations/${candidate.ref.location}`, description }],
  };
  throw new RpcError('RESOURCE_EXHAUSTED', `${field}: ${description}`, [detail]);
}
