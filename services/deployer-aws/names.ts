import { hash } from 'node:crypto';
import { deploymentId, type DeploymentIdentity } from '../../shared/contracts/values.ts';

/** What the resources of one deployment are called: derived from its identity, so that a repeated command meets what stands. */
export interface Names {
  /** ECS service without a load balancer or behind one of ours; also the task definition's family. */
  readonly service: string;
  /** An Express service is another kind of resource and cannot be turned into a plain one: it has its own name. */
  readonly express: string;
  /** Network load balancer. */
  readonly balancer: string;
}

/** Twelve hex digits: 2^48 values, so that ten thousand deployments meet by chance once in five million fleets. */
const digest = (identity: DeploymentIdentity) => hash('sha256', deploymentId(identity), 'hex').slice(0, 12);

/**
 * The readable part alone is ambiguous (`shop` + `web-api`, `shop-web` + `api`) and cut short where names are: the digest tells
 * deployments apart. ECS allows 255 characters, ELBv2 32 (letters, digits, inner hyphens).
 */
export function namesOf(identity: DeploymentIdentity): Names {
  const { application, service } = identity;
  const tail = digest(identity);
  const full = `${application}-${service}-${tail}`;
  const stem = `${application}-${service}`.slice(0, 10).replace(/-+$/, '');
  // ELBv2 keeps names that begin with `internal-` for itself; ours never begin with somebody's word.
  return { service: full, express: `${full}-express`, balancer: `hs-${stem}-${tail}` };
}

/** One target group per port, of at most 32 characters: 3 + 10 + 1 + 12 + 1 + 5. */
export const targetGroupName = (names: Names, port: number): string => `${names.balancer}-${port}`;

/** The last part of an ARN, or the short name itself: `…:task-definition/web:7` is `web:7`. */
export const shortName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/** Source: AWS General Reference, "Amazon Resource Names", partitions. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
