import { catalogue, places } from '../../shared/catalogue/index.ts';
// Not by the folder's index: that brings the YAML parser with it, and events carry no text.
import { knownWorld, type KnownWorld } from '../../shared/domain/spec/known.ts';
import { normalizeApplication, type NormalizeOptions } from '../../shared/domain/spec/normalize.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import { formatFinding, validateApplication } from '../../shared/domain/spec/validate.ts';

const world = knownWorld(catalogue, places);

/** With what tiers mean as configured. */
export const knownWith = ({ tiers }: NormalizeOptions): KnownWorld =>
  tiers === undefined ? world : { ...world, tiers };

/** A spec as placement reasons about it, or the first thing that is wrong with it. */
export function readSpec(
  spec: unknown,
  application: string,
  options: NormalizeOptions,
): { readonly application: NormalizedApplication } | { readonly problem: string } {
  const { spec: valid, errors } = validateApplication(spec, knownWith(options));
  const [first] = errors;
  if (first !== undefined) return { problem: formatFinding(first) };
  if (valid === undefined) return { problem: 'the spec is not an application' };
  if (valid.metadata.name !== application) {
    return { problem: `the spec names the application ${valid.metadata.name}, the event ${application}` };
  }
  return { application: normalizeApplication(valid, options) };
}
