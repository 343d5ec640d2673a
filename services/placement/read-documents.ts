import { normalizeApplication, type NormalizeOptions } from '../../shared/domain/spec/normalize.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import { parseDocuments } from '../../shared/domain/spec/parse.ts';
import { formatProblem, type SpecProblem } from '../../shared/domain/spec/problem.ts';
import { knownWith } from './spec.ts';

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
  const { documents, problems } = parseDocuments(text, { file, known: knownWith(options) });
  const worded = (each: SpecProblem) => ({ field: each.field, message: formatProblem(each) });
  return {
    applications: problems.length > 0 ? [] : documents.map(({ spec }) => normalizeApplication(spec, options)),
    problems: problems.map(worded),
    warnings: documents.flatMap(({ warnings }) => warnings.map(formatProblem)),
  };
}
