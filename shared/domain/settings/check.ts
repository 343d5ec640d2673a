import { Config as configSchema, type Config } from '../../contracts/config.ts';
import { checkAccess } from './check-access.ts';
import { checkCost } from './check-cost.ts';
import { checkHooks } from './check-hooks.ts';
import { checkPrometheus } from './check-prometheus.ts';
import { checkSchema } from '../spec/check-schema.ts';
import type { JsonSchema } from '../spec/json-schema.ts';
import type { KnownWorld } from '../spec/known.ts';
import { closest, closeTo, unknownKey, type Finding, type Path } from '../spec/problem.ts';

export interface CheckedConfig {
  /** Present when nothing is wrong. */
  readonly config?: Config;
  readonly findings: readonly Finding[];
}

/** Shape first, then sense: regions and quota keys that exist, weights that weigh, at least one cloud. Pure. */
export function checkConfig(value: unknown, known?: KnownWorld): CheckedConfig {
  const shape = checkSchema(configSchema as unknown as JsonSchema, value).map(withoutSecrets);
  if (shape.length > 0) return { findings: shape };
  const config = value as Config;
  const findings = [
    ...checkClouds(config, known),
    ...checkPlacement(config, known),
    ...checkMonitor(config),
    ...checkPrometheus(config, known),
    ...checkAccess(config),
    ...checkHooks(config, known),
    ...checkCost(config),
  ];
  return { ...(findings.length === 0 ? { config } : {}), findings };
}

/** Somebody about to write a secret into a file under version control should hear why it is not taken. */
function withoutSecrets(finding: Finding): Finding {
  const key = String(finding.path.at(-1));
  if (
    finding.found !== undefined &&
    finding.message !== unknownKey &&
    /^(token|password|secret|apiKey|sas)$/.test(key)
  ) {
    // Its text stays out of the message: what is printed here ends up in logs of CI.
    const message =
      'a secret is never in this file: say where it is, { file: … } or { environment: … }, or on the hub { secretsManager: … }';
    return { path: finding.path, message };
  }
  if (finding.message !== unknownKey || !/secret|password|token|key$|credential/i.test(key)) return finding;
  const { path, atKey } = finding;
  const message = 'unknown key; secrets are never in this file, each SDK finds its own credentials';
  return { path, ...(atKey && { atKey }), message };
}

const named = ['aws', 'azure', 'gcp'] as const;

function checkClouds({ clouds }: Config, known: KnownWorld | undefined): readonly Finding[] {
  if (clouds === undefined) return [];
  if (named.every((name) => (clouds[name]?.enabled ?? clouds[name] !== undefined) === false)) {
    return [{ path: ['clouds'], message: 'no cloud is enabled', allowed: named.map((name) => `${name}: {}`) }];
  }
  if (known === undefined) return [];
  return named.flatMap((name) =>
    (clouds[name]?.regions ?? []).flatMap((region, index) =>
      unknownRegion(name, region, { path: ['clouds', name, 'regions', index], known }),
    ),
  );
}

function unknownRegion(
  cloud: string,
  region: string,
  { path, known }: { readonly path: Path; readonly known: KnownWorld },
): readonly Finding[] {
  const prefix = `${cloud}/`;
  const regions = known.regions.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
  if (regions.includes(region)) return [];
  const suggestion = closest(region, regions);
  const message = `"${region}" is not a region of ${cloud} that the catalogue knows`;
  return [{ path, found: region, message, allowed: closeTo(region, regions), ...(suggestion && { suggestion }) }];
}

function checkPlacement({ placement }: Config, known: KnownWorld | undefined): readonly Finding[] {
  const { weights, quotas = {} } = placement ?? {};
  const unknown = known === undefined ? [] : Object.keys(quotas).flatMap((target) => unknownTarget(target, known));
  if (weights === undefined || Object.values(weights).some((weight) => weight > 0)) return unknown;
  const message = 'all weights are 0: nothing would tell two places apart';
  return [{ path: ['placement', 'weights'], message }, ...unknown];
}

function unknownTarget(target: string, known: KnownWorld): readonly Finding[] {
  const at = { path: ['placement', 'quotas', target], atKey: true as const, found: target };
  const [cloud, region, runtime = ''] = target.split('/');
  const place = `${cloud}/${region}`;
  if (!known.regions.includes(place)) {
    return [{ ...at, message: `${place} is not a known region`, allowed: closeTo(place, known.regions) }];
  }
  if (known.runtimes.includes(runtime)) return [];
  return [{ ...at, message: `"${runtime}" is not a known runtime`, allowed: known.runtimes }];
}

function checkMonitor({ monitor }: Config): readonly Finding[] {
  const { observeInitialMs, observeMaxMs } = monitor ?? {};
  if (observeInitialMs === undefined || observeMaxMs === undefined || observeInitialMs <= observeMaxMs) return [];
  const message = `${observeMaxMs} is less than observeInitialMs ${observeInitialMs}`;
  return [{ path: ['monitor', 'observeMaxMs'], found: observeMaxMs, message }];
}
