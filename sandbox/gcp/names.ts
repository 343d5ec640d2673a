import { regions } from './regions.ts';
import { invalidArgument, RpcError } from './status.ts';

export type Kind = 'service' | 'workerPool';

/** Collection names as they stand in resource names. */
export const collections = { service: 'services', workerPool: 'workerPools' } as const;

export interface Location {
  readonly project: string;
  readonly location: string;
}

export interface ResourceName extends Location {
  readonly kind: Kind;
  readonly id: string;
}

/** Project id (or number), as the Resource Manager allows it. */
const project = '(?:[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{1,19}|-)';
const locationPattern = new RegExp(`^projects/(${project})/locations/([a-z0-9-]+)$`);
const resourcePattern = new RegExp(
  `^projects/(${project})/locations/([a-z0-9-]+)/(services|workerPools)/([^/]+)(?:/revisions/([^/]+))?$`,
);

function malformed(field: string, value: string, format: string): RpcError {
  const text = `Malformed name: '${value}'. Expected format: ${format}.`;
  return invalidArgument([{ field, description: text }], text);
}

/** A location nobody has looks like one the caller may not see: PERMISSION_DENIED, as the real API answers. */
export function checkLocation(location: string): void {
  if (Object.hasOwn(regions, location)) return;
  throw new RpcError('PERMISSION_DENIED', `Permission denied on 'locations/${location}' (or it may not exist).`);
}

export function parseLocation(field: string, value: string): Location {
  const match = locationPattern.exec(value);
  if (!match) throw malformed(field, value, 'projects/{project}/locations/{location}');
  const found = { project: match[1] ?? '', location: match[2] ?? '' };
  checkLocation(found.location);
  return found;
}

export function parseResource(
  field: string,
  value: string,
  kind?: Kind,
): ResourceName & { readonly revision?: string } {
  const [, project = '', location = '', found, id = '', revisionId] = resourcePattern.exec(value) ?? ([] as string[]);
  const collection = kind ? collections[kind] : found;
  if (found === undefined || found !== collection) {
    throw malformed(field, value, `projects/{project}/locations/{location}/${collection ?? 'services'}/{name}`);
  }
  checkLocation(location);
  const parsed = { kind: kindOf(found), project, location, id };
  return revisionId === undefined ? parsed : { ...parsed, revision: revisionId };
}

const kindOf = (collection: string): Kind => (collection === 'services' ? 'service' : 'workerPool');

export const formatResource = (name: ResourceName): string =>
  `projects/${name.project}/locations/${name.location}/${collections[name.kind]}/${name.id}`;

/** A service id: begins with a letter, lower case letters, digits and hyphens, no hyphen at the end, fewer than 50 characters. */
export function checkId(field: string, id: string): void {
  if (/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/.test(id)) return;
  const description =
    'only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters';
  throw invalidArgument([{ field, description: `Resource id '${id}' is invalid: ${description}` }]);
}
