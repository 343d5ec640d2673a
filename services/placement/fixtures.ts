import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import { decide } from './decide.ts';
import type { ServiceDecision } from './decision.ts';
import type { Decided, DecideInput } from './input.ts';
import type { PlacementRecord } from './record.ts';
import { catalogue } from '../../shared/catalogue/index.ts';
import { defaultPlacementSettings } from './settings.ts';

/** Builders for tests: a plain stateless web service, and an input in which nothing stands yet. */
export function webService(name: string, over: Partial<NormalizedService> = {}): NormalizedService {
  return {
    name,
    image: `registry.example/${name}:1`,
    replicas: 1,
    cpuMillicores: 500,
    memoryMib: 1024,
    env: {},
    secrets: [],
    ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
    volumes: [],
    strategy: { type: 'rolling', steps: [100], stepSeconds: 0, progressDeadlineSeconds: 600 },
    constraints: { minimumClouds: 1, minimumRegions: 1 },
    tier: 'standard',
    recovery: tierDefaults.standard.recovery,
    spot: false,
    stateless: true,
    requestDriven: false,
    hints: {},
    links: [],
    usage: {},
    ...over,
  };
}

export function applicationOf(services: readonly NormalizedService[], name = 'shop'): NormalizedApplication {
  return { name, labels: {}, placement: { minimumClouds: 1 }, services };
}

export function inputOf(services: readonly NormalizedService[], over: Partial<DecideInput> = {}): DecideInput {
  return {
    application: applicationOf(services),
    cause: 'submitted',
    catalogue,
    settings: defaultPlacementSettings,
    exclusions: [],
    avoid: {},
    current: new Map(),
    lastGoodGeneration: 0,
    usedByOthers: {},
    now: Date.parse('2026-11-21T08:00:00Z'),
    ...over,
  };
}

export type Placed = Decided & { readonly kind: 'placed' };

/** A decision that must come about. */
export function placed(input: DecideInput): Placed {
  const decided = decide(input);
  if (decided.kind !== 'placed') throw new Error(JSON.stringify(decided.infeasible.map(({ message }) => message)));
  return decided;
}

export function serviceOf(decided: Placed, name: string): ServiceDecision {
  const found = decided.services.find(({ service }) => service === name);
  if (found === undefined) throw new Error(`no decision for ${name}`);
  return found;
}

/** The placement that a decision would have been written down as. */
export function standing(decided: Placed, generation = 1, movedAt?: number): Map<string, PlacementRecord> {
  return new Map(
    decided.services.map(({ service, specHash, tier, workload, placed: targets, recovery, movedAt: at }) => [
      service,
      {
        application: 'shop',
        service,
        generation,
        specHash,
        tier,
        workload,
        targets,
        ...(recovery === undefined ? {} : { recovery }),
        movedAt: movedAt ?? at,
      },
    ]),
  );
}
