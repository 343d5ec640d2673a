import type { Weights } from '../../shared/contracts/application-spec.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { DecideInput } from './input.ts';
import { presets } from './settings.ts';

/** What is the same for every service of the application. */
export interface Shared {
  readonly weights: Weights;
  readonly programs: readonly string[];
  /** Places that any of them names. */
  readonly users: readonly string[];
}

export function sharedBy(input: DecideInput): Shared {
  return { weights: weightsOf(input), programs: programsOf(input), users: usersOf(input.application.services) };
}

function weightsOf({ application, settings }: DecideInput): Weights {
  const { weights, preset } = application.placement;
  if (weights !== undefined) return weights;
  return preset === undefined ? (settings.weights ?? presets[settings.preset]) : presets[preset];
}

export function usersOf(services: readonly NormalizedService[]): readonly string[] {
  return [...new Set(services.flatMap(({ constraints }) => constraints.latency ?? []).map(({ from }) => from))];
}

/** What most buyers ask for, where the application asks for nothing in particular. */
const usualPrograms = ['soc2', 'iso27001', 'pci-dss', 'hipaa', 'gdpr'];

function programsOf({ application }: DecideInput): readonly string[] {
  const asked = new Set(application.services.flatMap(({ constraints }) => constraints.compliance ?? []));
  return asked.size > 0 ? [...asked] : usualPrograms;
}
