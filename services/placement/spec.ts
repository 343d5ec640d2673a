import { catalogue, places } from '../../shared/catalogue/index.ts';
import {
  formatFinding,
  formatProblem,
  knownWorld,
  normalizeApplication,
  parseDocuments,
  validateApplication,
  type NormalizedApplication,
  type NormalizeOptions,
  type SpecProblem,
} from '../../shared/domain/spec/index.ts';

const known = knownWorld(catalogue, places);

/** A spec as placement reasons about it, or the first thing that is wrong with it. */
export function readSpec(
  spec: unknown,
  application: string,
  options: NormalizeOptions,
): { readonly application: NormalizedApplication } | { readonly problem: string } {
  const { spec: valid, errors } = validateApplication(spec, known);
  const [first] = errors;
  if (first !== undefined) return { problem: formatFinding(first) };
  if (valid === undefined) return { problem: 'the spec is not an application' };
  if (valid.metadata.name !== application) {
    return { problem: `the spec names the application ${valid.metadata.name}, the event ${application}` };
  }
  return { application: normalizeApplication(valid, options) };
}

/** Applications in YAML or JSON text; with any problem, none. */
export function readDocuments(
  text: string,
  file: string,
  options: NormalizeOptions,
): {
  readonly applications: readonly NormalizedApplication[];
  readonly problems: readonly { readonly field: string; readonly message: string }[];
  readonly warnings: readonly string[];
} {
  const { documents, problems } = parseDocuments(text, { file, known });
  const worded = (each: SpecProblem) => ({ field: each.field, message: formatProblem(each) });
  return {
    applications: problems.length > 0 ? [] : documents.map(({ spec }) => normalizeApplication(spec, options)),
    problems: problems.map(worded),
    warnings: documents.flatMap(({ warnings }) => warnings.map(formatProblem)),
  };
}
