import { catalogue, places } from '../../shared/catalogue/index.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
// Not by the folder's index: that brings the YAML parser with it.
import { knownWorld, type KnownWorld } from '../../shared/domain/spec/known.ts';
import { fieldOf, formatProblem } from '../../shared/domain/spec/problem.ts';
import { formatFinding, validateApplication } from '../../shared/domain/spec/validate.ts';
import { ProblemError } from './problem.ts';

const world = knownWorld(catalogue, places);
const knownWith = (tiers: KnownWorld['tiers']): KnownWorld => (tiers === undefined ? world : { ...world, tiers });

interface Source {
  /** For messages. */
  readonly file: string;
  readonly tiers: KnownWorld['tiers'];
}

/**
 * The parser is loaded by the first text: a function that starts for a read or an event does without it.
 * @throws ProblemError 422 with every problem, each with file, line, column and field.
 */
export async function readSpecs(text: string, { file, tiers }: Source): Promise<readonly ApplicationSpec[]> {
  const { parseDocuments } = await import('../../shared/domain/spec/parse.ts');
  const { documents, problems } = parseDocuments(text, { file, known: knownWith(tiers) });
  if (problems.length > 0) {
    throw invalid(problems.map((each) => ({ field: each.field, detail: formatProblem(each) })));
  }
  return documents.map(({ spec }) => spec);
}

/** @throws ProblemError 422 when the spec inside an event is not right; there is no text to point into. */
export function checkSpec(spec: unknown, application: unknown, tiers: KnownWorld['tiers']): void {
  const { spec: valid, errors } = validateApplication(spec, knownWith(tiers));
  if (errors.length > 0) {
    throw invalid(errors.map((each) => ({ field: fieldOf(each.path), detail: formatFinding(each) })));
  }
  const name = valid?.metadata.name;
  if (name !== application) {
    throw invalid([
      {
        field: 'data.application',
        detail: `is ${JSON.stringify(application) ?? 'missing'}, but the spec is of "${name}"`,
      },
    ]);
  }
}

function invalid(errors: readonly { readonly field: string; readonly detail: string }[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ProblemError(422, 'Invalid application', `${first?.detail ?? 'invalid'}${more}`, errors);
}
