import { hash } from 'node:crypto';
import { parseTarget } from '../../shared/domain/target.ts';
import { TargetNotFound } from '../../shared/ports/cloud-target.ts';
import type { ResolvedSettings } from './settings.ts';

/** Services answer requests; worker pools have no port and nobody to answer. They are two collections of Cloud Run. */
export type Kind = 'service' | 'workerPool';

export const kinds: readonly Kind[] = ['service', 'workerPool'];

const collections: Readonly<Record<Kind, string>> = { service: 'services', workerPool: 'workerPools' };

/** The one runtime this deployer speaks: the last part of `gcp/<region>/cloud-run`. */
export const runtime = 'cloud-run';

/** Cloud Run ids have fewer than 50 characters, begin with a letter and do not end with a hyphen (run.services.create, `service_id`). */
const longestId = 49;

/**
 * Id of the Cloud Run resource, the same whenever the same service is deployed: `shop-web`. One hyphen tells application and service
 * apart only while neither has one of its own; any other pair gets a digest of both, and so at least two hyphens: the two forms never meet.
 */
export function resourceId(of: { readonly application: string; readonly service: string }): string {
  const { application, service } = of;
  const plain = `${application}-${service}`;
  const clear = !application.includes('-') && !service.includes('-');
  if (clear && /^[a-z]/.test(plain) && plain.length <= longestId) return plain;
  const digest = hash('sha256', `${application}/${service}`, 'hex').slice(0, 10);
  const readable = /^[a-z]/.test(plain) ? plain : `s${plain}`;
  return `${readable.slice(0, longestId - digest.length - 1).replace(/-+$/, '')}-${digest}`;
}

/** Where a target is in Google Cloud. */
export interface Place {
  readonly region: string;
  /** `projects/<project>/locations/<region>` */
  readonly parent: string;
}

/** @throws TargetNotFound for a region that is not ours to use. */
export function placeIn(region: string, settings: ResolvedSettings): Place {
  if (settings.regions !== undefined && !settings.regions.includes(region)) {
    throw new TargetNotFound(
      `region ${region} is not among the Google Cloud regions of the configuration (${settings.regions.join(', ')}): add it there, or deploy elsewhere`,
    );
  }
  return { region, parent: `projects/${settings.project}/locations/${region}` };
}

/** @throws TargetNotFound when the target is not Cloud Run in a region of ours. */
export function placeOf(target: string, settings: ResolvedSettings): Place {
  const parsed = parseTarget(target);
  if (parsed.cloud !== 'gcp' || parsed.runtime !== runtime) {
    throw new TargetNotFound(
      `the Google Cloud deployer deploys to gcp/<region>/${runtime}; ${target} is none of these`,
    );
  }
  return placeIn(parsed.region, settings);
}

/** `projects/<project>/locations/<region>/services/<id>` */
export const resourceName = (kind: Kind, place: Place, id: string): string =>
  `${place.parent}/${collections[kind]}/${id}`;

/** Region of a resource name; empty when the name is none. */
export const regionOf = (name: string): string => /\/locations\/([^/]+)\//.exec(name)?.[1] ?? '';
