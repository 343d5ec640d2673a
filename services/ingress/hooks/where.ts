import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import { explicitly, namesSmaller, usually } from './label-names.ts';
import type { MapRule } from './map-rule.ts';
import type { ParsedAlert } from './parsed.ts';
import type { Whose } from './whose.ts';

/** Regions (`cloud/region`) in use, by cloud. */
export type Regions = Readonly<Record<string, readonly string[]>>;

/** Which place an alert is about. */
export interface Where {
  readonly scope?: string;
  readonly notes: readonly string[];
}

export interface Asked {
  readonly hook: HookConfig;
  readonly rule: MapRule | undefined;
  readonly whose: Whose;
  readonly regions: Regions;
}

const scopeForm = /^[a-z]+(\/[a-z0-9-]+){0,2}$/;
const spellings: ReadonlyMap<string, string> = new Map([
  ...['aws', 'amazon', 'amazon web services'].map((each) => [each, 'aws'] as const),
  ...['azure', 'microsoft', 'microsoft azure'].map((each) => [each, 'azure'] as const),
  ...['gcp', 'google', 'google cloud', 'google_cloud'].map((each) => [each, 'gcp'] as const),
  ['private', 'private'] as const,
]);

/**
 * A place is taken for broken only where somebody says so: by a rule, by a label that means it, or by labels of cloud and region with
 * nothing smaller beside them. Where a metric comes from is no such word; it tells only which of a service's places is meant. Pure.
 */
export function where(alert: ParsedAlert, asked: Asked): Where {
  const { hook, rule, whose, regions } = asked;
  const { labels } = alert;
  if (rule?.scope !== undefined) return { scope: rule.scope, notes: [] };
  const said = explicitly('scope', labels, hook) ?? scopeLike(usually('scope', labels), regions);
  if (said !== undefined) return inUse(said.toLowerCase(), regions);
  const meant = { cloud: explicitly('cloud', labels, hook), region: explicitly('region', labels, hook) };
  if (meant.cloud !== undefined || meant.region !== undefined) return placed(meant, regions);
  if (whose.target !== undefined) return { scope: whose.target, notes: [] };
  if (alert.origin !== undefined) return whose.service === undefined ? { notes: [] } : ofOrigin(alert.origin, regions);
  return byUsualLabels(alert, asked);
}

/** A label called "target" holds an address as often as a place: only what reads as one of ours is one. */
function scopeLike(value: string | undefined, regions: Regions): string | undefined {
  if (value === undefined || !scopeForm.test(value)) return undefined;
  const [cloud = ''] = value.split('/');
  return spellings.has(cloud) || Object.hasOwn(regions, cloud) ? value : undefined;
}

function byUsualLabels({ labels }: ParsedAlert, { whose, regions }: Asked): Where {
  const usual = { cloud: usually('cloud', labels), region: usually('region', labels) };
  if (usual.cloud === undefined && usual.region === undefined) return { notes: [] };
  const found = placed(usual, regions);
  if (whose.service !== undefined || found.scope === undefined) return found;
  const smaller = namesSmaller(labels) ?? (named(labels) ? 'application or service' : undefined);
  if (smaller === undefined) return found;
  const note = `it comes from ${found.scope}, but is about something smaller (${smaller}): nothing is concluded for ${found.scope}; say scope, or map it`;
  return { notes: [note] };
}

const named = (labels: ParsedAlert['labels']): boolean =>
  usually('application', labels) !== undefined || usually('service', labels) !== undefined;

interface Place {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
}

function ofOrigin(origin: Place, regions: Regions): Where {
  const { scope } = placed(origin, regions);
  return scope === undefined ? { notes: [] } : { scope, notes: [] };
}

function placed({ cloud, region }: Place, regions: Regions): Where {
  const known = cloudOf(cloud);
  // Azure's portal writes "West Europe" for westeurope.
  const name = region?.toLowerCase().replaceAll(' ', '');
  if (name === undefined) return inUse(known ?? '', regions);
  if (name.includes('/')) return inUse(name, regions);
  return known === undefined ? byRegion(name, regions) : inUse(`${known}/${name}`, regions);
}

function cloudOf(word: string | undefined): string | undefined {
  return word === undefined ? undefined : (spellings.get(word.toLowerCase()) ?? word.toLowerCase());
}

/** A region that says no cloud: there may be two of that name. */
function byRegion(name: string, regions: Regions): Where {
  const found = Object.values(regions)
    .flat()
    .filter((each) => each.endsWith(`/${name}`));
  const [only, second] = found;
  if (only === undefined) return { notes: [`region ${name} is not in use here`] };
  if (second === undefined) return { scope: only, notes: [] };
  return { notes: [`region ${name} is in ${found.join(' and ')}: say the cloud`] };
}

function inUse(scope: string, regions: Regions): Where {
  const [cloud = '', region] = scope.split('/');
  const ofCloud = Object.hasOwn(regions, cloud) ? (regions[cloud] ?? []) : undefined;
  const isKnown = scopeForm.test(scope) && scope.length <= 120 && ofCloud !== undefined;
  if (isKnown && (region === undefined || ofCloud.includes(`${cloud}/${region}`))) return { scope, notes: [] };
  return { notes: [`"${scope}" is no place that is in use here`] };
}
