import { invalidArgument } from '../status.ts';
import { regions } from '../regions.ts';

/** Where a v1 call goes: `location` is `-` for all of them. */
export interface Target {
  readonly project: string;
  readonly location: string;
  readonly collection: string;
  readonly id: string | undefined;
  readonly verb: string | undefined;
}

const namespaced = /^\/apis\/serving\.knative\.dev\/v1\/namespaces\/([^/]+)\/(services|revisions)(?:\/([^/:]+))?$/;
const located =
  /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/(services|revisions|operations)(?:\/([^/:]+))?(?::(\w+))?$/;

/** The regional endpoint `europe-west1-run.googleapis.com` names the region; the namespaced paths have no other place for it. */
function regionOfHost(url: URL): string {
  const region = Object.keys(regions).find((id) => url.hostname.startsWith(`${id}-`));
  if (region !== undefined) return region;
  const text = `The host '${url.hostname}' names no region. Call the regional endpoint, for example us-central1-run.googleapis.com.`;
  throw invalidArgument([{ field: 'host', description: text }], text);
}

/** The target of a v1 path; undefined when the path is none of v1's. */
export function targetOf(url: URL): Target | undefined {
  const short = namespaced.exec(url.pathname);
  if (short) {
    return {
      project: short[1] ?? '',
      location: regionOfHost(url),
      collection: short[2] ?? '',
      id: short[3],
      verb: undefined,
    };
  }
  const long = located.exec(url.pathname);
  if (!long) return undefined;
  return { project: long[1] ?? '', location: long[2] ?? '', collection: long[3] ?? '', id: long[4], verb: long[5] };
}

const knownQuery = new Set(
  'dryRun labelSelector fieldSelector limit continue includeUninitialized resourceVersion watch apiVersion kind propagationPolicy options.requestedPolicyVersion'.split(
    ' ',
  ),
);

export function checkQuery(url: URL): void {
  const system = /^\$?(?:alt|prettyPrint|key|fields|access_token|quotaUser|\.xgafv)$/;
  const unknown = [...url.searchParams.keys()].filter((name) => !knownQuery.has(name) && !system.test(name));
  if (unknown.length === 0) return;
  const text = `Invalid JSON payload received. Unknown name "${unknown[0]}": Cannot bind query parameter.`;
  throw invalidArgument([{ field: unknown[0] ?? '', description: text }], text);
}

/** Equality terms of a Kubernetes label selector: `a=b,c = d`. */
export function selected(labels: Readonly<Record<string, string>>, selector: string | null): boolean {
  if (!selector) return true;
  return selector.split(',').every((term) => {
    const [key = '', value = ''] = term.split(/\s*={1,2}\s*/).map((text) => text.trim());
    return labels[key] === value;
  });
}
