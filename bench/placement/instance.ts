import type { Candidate, Link, Problem, ServiceSlot, SpreadGroup } from '../../shared/domain/solver/index.ts';
import { alike } from './alike.ts';
import { lognormal, random } from './random.ts';
import { CLOUDS, FAMILIES, REGIONS, pointIn, world } from './world.ts';
import type { Region } from './world.ts';

/**
 * The benchmark's instances: synthetic, ours, and deterministic by (services, seed, linked). Every ratio measured on them
 * holds for this distribution only:
 * - demand: vCPU 0.25..16 in powers of two, small ones likelier; 1..8 GiB per vCPU; users on one of four continents;
 * - filters: 25 % may run in Europe only, 20 % in North America only, the rest anywhere; a service asks for 0..0.8 of the
 *   certifications. About 200 of 360 candidates are left. Machine size is the smallest power of two that fits;
 * - penalty: 0.4 cost + 0.3 distance to users + 0.2 compliance + 0.1 reliability, each normalised to 0..1 per service;
 * - hard: vCPU quota per (region, family), 60 % cap per cloud, 5 % of services on 2 clouds, 2 clouds in 30 % of the groups
 *   of ten. Quotas add up to about 2.5 times the demand but are skewed (lognormal 0.8), so the good places run out;
 * - links (variant): 1.5 per service, three in four to one of the 12 services before it (chains, stars, triangles),
 *   lognormal GB. The median cross-cloud link costs about 0.05, against about 0.15 for a service.
 */
export interface InstanceKey {
  readonly services: number;
  readonly seed: number;
  readonly linked: boolean;
  /** All services the same, as alike.ts says; the seed then changes nothing. */
  readonly alike?: boolean;
}

/** Per GB and per cloud: leaving the cloud, and leaving the region inside it. Staying in a region is free. */
export const EGRESS = [
  { out: 0.0009, region: 0.0002 },
  { out: 0.00087, region: 0.0002 },
  { out: 0.0012, region: 0.0003 },
  { out: 0.0008, region: 0.0001 },
] as const;

export function egress(from: number, to: number): number {
  if (from === to) return 0;
  const price = EGRESS[Math.floor(from / REGIONS)] ?? EGRESS[0];
  return Math.floor(from / REGIONS) === Math.floor(to / REGIONS) ? price.region : price.out;
}

interface Demand {
  readonly cpu: number;
  readonly memory: number;
  readonly users: { readonly x: number; readonly y: number };
  readonly only: number | undefined;
  readonly compliance: number;
}

function demand(next: () => number): Demand {
  const cpu = 2 ** Math.floor(-2 + 6.99 * next() ** 1.6);
  const where = next();
  const home = next() < 0.4 ? 0 : next() < 0.6 ? 1 : next() < 0.8 ? 2 : 3;
  const only = where < 0.25 ? 1 : where < 0.45 ? 0 : undefined;
  const users = pointIn(only ?? home, next);
  return { cpu, memory: cpu * (1 + 7 * next() ** 2), users, only, compliance: 0.8 * next() ** 1.5 };
}

/** Smallest power of two of the family's vCPU that covers both demands. */
function size(service: Demand, memoryPerCpu: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(service.cpu, service.memory / memoryPerCpu)) - 1e-9);
}

interface Raw {
  readonly region: Region;
  readonly family: number;
  readonly load: number;
  /** cost, distance, missing compliance, unreliability */
  readonly factors: readonly [number, number, number, number];
}

function allowed(service: Demand, region: Region): boolean {
  return (service.only === undefined || region.continent === service.only) && region.compliance >= service.compliance;
}

function raws(service: Demand, regions: readonly Region[]): Raw[] {
  return regions
    .filter((region) => allowed(service, region))
    .flatMap((region) =>
      FAMILIES.map((family, index) => {
        const load = size(service, family.memory);
        const distance = Math.hypot(region.x - service.users.x, region.y - service.users.y);
        return {
          region,
          family: index,
          load,
          factors: [
            load * family.price * region.price,
            distance,
            1 - region.compliance,
            1 - region.reliability,
          ] as const,
        };
      }),
    );
}

const WEIGHTS = [0.4, 0.3, 0.2, 0.1] as const;

function candidates(service: Demand, regions: readonly Region[]): Candidate[] {
  const all = raws(service, regions);
  const spans = WEIGHTS.map((_, f) => {
    const values = all.map((raw) => raw.factors[f] ?? 0);
    const low = Math.min(...values);
    return { low, span: Math.max(...values) - low || 1 };
  });
  return all.map((raw, id) => ({
    id,
    cloud: raw.region.cloud,
    location: raw.region.location,
    quota: raw.region.location * FAMILIES.length + raw.family,
    load: raw.load,
    penalty: WEIGHTS.reduce((sum, weight, f) => {
      const { low, span } = spans[f] ?? { low: 0, span: 1 };
      return sum + (weight * ((raw.factors[f] ?? 0) - low)) / span;
    }, 0),
  }));
}

function linksOf(count: number, next: () => number): Link[] {
  const seen = new Set<string>();
  const links: Link[] = [];
  while (links.length < Math.floor(1.5 * count) && count > 3) {
    const from = Math.floor(next() * count);
    const near = next() < 0.75;
    const to = near ? from - 1 - Math.floor(next() * 12) : Math.floor(next() * count);
    const key = from < to ? `${from}-${to}` : `${to}-${from}`;
    if (to < 0 || to === from || seen.has(key)) continue;
    seen.add(key);
    links.push({ from, to, gbPerMonth: 55 * lognormal(next, 1) });
  }
  return links;
}

export function instance({ services: count, seed, linked, alike: same = false }: InstanceKey): Problem {
  if (same) return alike(count);
  const next = random(seed * 104729 + count);
  const regions = world(seed);
  const demands = Array.from({ length: count }, () => demand(next));
  const services: ServiceSlot[] = demands.map((service) => {
    const clouds = next() < 0.05 ? 2 : 1;
    return {
      candidates: candidates(service, regions),
      picks: clouds,
      minimumClouds: clouds,
      minimumRegions: 1,
      weight: service.cpu,
    };
  });
  const total = demands.reduce((sum, service) => sum + service.cpu, 0);
  const even = total / (CLOUDS * REGIONS * FAMILIES.length);
  // A floor of 16 keeps the largest machine placeable somewhere even in a tiny instance.
  const quotas = Array.from({ length: CLOUDS * REGIONS * FAMILIES.length }, () => ({
    capacity: Math.max(16, Math.round(2.5 * even * lognormal(next, 0.8))),
  }));
  const groups: SpreadGroup[] = Array.from({ length: Math.floor(count / 10) }, (_, group) => ({
    services: Array.from({ length: 10 }, (_unused, index) => group * 10 + index),
    minimumClouds: next() < 0.3 ? 2 : 1,
  })).filter((group) => group.minimumClouds > 1);
  return { services, quotas, links: linked ? linksOf(count, next) : [], egress, shareCap: 0.6, groups };
}
