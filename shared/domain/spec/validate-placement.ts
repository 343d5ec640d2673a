import { counted } from '../counted.ts';
import type { ApplicationSpec, Constraints, ServiceSpec } from '../../contracts/application-spec.ts';
import { cloudNames } from '../../contracts/values.ts';
import type { KnownWorld } from './known.ts';
import { tierDefaults } from './defaults.ts';
import type { Finding, Path } from './problem.ts';
import { checkKnownNames, matches } from './validate-world.ts';

/** Wishes of the application as a whole that cannot all come true. */
export function checkApplicationPlacement(spec: ApplicationSpec, known: KnownWorld | undefined): readonly Finding[] {
  const { placement } = spec.spec;
  if (placement === undefined) return [];
  const clouds = (known?.clouds ?? cloudNames).length;
  const replicas = spec.spec.services.reduce((sum, each) => sum + replicasOf(each, known?.tiers), 0);
  return [...checkWeights(placement), ...checkShare(placement, clouds), ...checkMinimum(placement, clouds, replicas)];
}

type Placement = NonNullable<ApplicationSpec['spec']['placement']>;
const at = (field: string): Path => ['spec', 'placement', field];

function checkWeights({ weights, preset }: Placement): readonly Finding[] {
  if (weights === undefined) return [];
  if (Object.values(weights).every((weight) => weight === 0)) {
    return [{ path: at('weights'), message: 'all weights are 0: nothing would tell two places apart' }];
  }
  if (preset === undefined) return [];
  return [{ path: at('preset'), message: 'weights are given, too, and win over the preset', severity: 'warning' }];
}

function checkShare({ maxSharePerCloud: share }: Placement, clouds: number): readonly Finding[] {
  if (share === undefined || share * clouds >= 1) return [];
  const message = `${share} on each of ${clouds} clouds is less than the whole application`;
  return [{ path: at('maxSharePerCloud'), found: share, message }];
}

function checkMinimum({ minimumClouds = 1 }: Placement, clouds: number, replicas: number): readonly Finding[] {
  const found = { path: at('minimumClouds'), found: minimumClouds };
  if (minimumClouds > clouds)
    return [{ ...found, message: `asks for ${minimumClouds} clouds, and ${clouds} are known` }];
  if (minimumClouds === 1 || replicas >= minimumClouds) return [];
  return [{ ...found, message: `asks for ${minimumClouds} clouds with ${counted(replicas, 'replica')} in all` }];
}

function replicasOf({ replicas, tier = 'standard', constraints }: ServiceSpec, tiers: KnownWorld['tiers']): number {
  const usual = (tiers ?? tierDefaults)[tier].replicas;
  return replicas ?? Math.max(usual, constraints?.minimumClouds ?? 1, constraints?.minimumRegions ?? 1);
}

/** Constraints of one service against each other and against what exists. */
export function checkConstraints(service: ServiceSpec, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  const { constraints } = service;
  if (constraints === undefined) return [];
  const at = [...path, 'constraints'];
  return [
    ...checkSpread(service, constraints, path),
    ...checkClouds(constraints, at, known),
    ...checkKnownNames(constraints, at, known),
  ];
}

function checkSpread({ replicas }: ServiceSpec, constraints: Constraints, path: Path): readonly Finding[] {
  const { minimumClouds = 1, minimumRegions } = constraints;
  const findings: Finding[] = [];
  if (minimumRegions !== undefined && minimumRegions < minimumClouds) {
    findings.push({
      path: [...path, 'constraints', 'minimumRegions'],
      found: minimumRegions,
      message: `${minimumRegions} is less than minimumClouds ${minimumClouds}, and every cloud is at least one region`,
      allowed: [`${minimumClouds} or more`],
    });
  }
  const spread = Math.max(minimumClouds, minimumRegions ?? 1);
  if (replicas !== undefined && spread > 1 && replicas < spread) {
    const what = minimumClouds === spread ? `minimumClouds ${minimumClouds}` : `minimumRegions ${spread}`;
    findings.push({
      path: [...path, 'replicas'],
      found: replicas,
      message: `${counted(replicas, 'replica')} cannot satisfy ${what}`,
      allowed: [`${spread} or more`],
    });
  }
  return findings;
}

function checkClouds(constraints: Constraints, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  const { minimumClouds = 1, clouds } = constraints;
  const world = known?.clouds ?? cloudNames;
  const possible = world.filter(
    (name) =>
      (clouds?.allow?.some((each) => matches(each, name)) ?? true) &&
      !clouds?.deny?.some((each) => matches(each, name)),
  );
  if (possible.length === 0) return [{ path: [...path, 'clouds'], message: 'allow and deny together leave no cloud' }];
  if (minimumClouds <= possible.length) return [];
  return [
    {
      path: [...path, 'minimumClouds'],
      found: minimumClouds,
      message: `asks for ${minimumClouds} clouds, and only ${possible.join(', ')} ${possible.length === 1 ? 'is' : 'are'} left to choose from`,
    },
  ];
}
