import type { MeasuredDeployment } from '../../ports/metric-source.ts';

/** Names of the labels by which Prometheus knows whose a series is. */
export interface Labels {
  readonly application: string;
  readonly service: string;
  /** `cloud/region/runtime`, or as much of it as tells places apart. */
  readonly target?: string;
  readonly cloud?: string;
  readonly region?: string;
}

export const defaultLabels: Labels = { application: 'application', service: 'service' };

/** As `by (…)` lists them. */
export const namesIn = ({ application, service, target, cloud, region }: Labels): string =>
  [application, service, target, cloud, region].filter((name) => name !== undefined).join(', ');

type Found = Readonly<Record<string, string>>;

/**
 * Whose a series is: that of the only deployment it fits. One that could be of several places of a service says nothing of any of them:
 * it is a sum, or it is the other's.
 */
export function ownerOf(
  found: Found,
  labels: Labels,
  deployments: readonly MeasuredDeployment[],
): MeasuredDeployment | undefined {
  const [only, ...more] = deployments.filter((each) => fits(found, labels, each));
  return more.length === 0 ? only : undefined;
}

function fits(found: Found, labels: Labels, { application, service, target }: MeasuredDeployment): boolean {
  const [cloud = '', region = ''] = target.split('/');
  const place = labels.target === undefined ? target : found[labels.target];
  return (
    found[labels.application] === application &&
    found[labels.service] === service &&
    place !== undefined &&
    (place === target || target.startsWith(`${place}/`)) &&
    isSame(found, labels.cloud, cloud) &&
    isSame(found, labels.region, region)
  );
}

const isSame = (found: Found, label: string | undefined, value: string): boolean =>
  label === undefined || found[label] === value;
