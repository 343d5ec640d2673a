import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import type { DecideInput } from './input.ts';
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
