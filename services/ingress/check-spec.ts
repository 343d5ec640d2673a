import { catalogue, places } from '../../shared/catalogue/index.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import {
  fieldOf,
  formatFinding,
  formatProblem,
  knownWorld,
  parseDocuments,
  validateApplication,
} from '../../shared/domain/spec/index.ts';
import { ProblemError } from './problem.ts';

const known = knownWorld(catalogue, places);

/** @throws ProblemError 422 with every problem, each with file, line, column and field. */
export function readSpecs(text: string, file: string): readonly ApplicationSpec[] {
  const { documents, problems } = parseDocuments(text, { file, known });
  if (problems.length > 0) {
    throw invalid(problems.map((each) => ({ field: each.field, detail: formatProblem(each) })));
  }
  return documents.map(({ spec }) => spec);
}

/** @throws ProblemError 422 when the spec inside an event is not right; there is no text to point into. */
export function checkSpec(spec: unknown, application: unknown): void {
  const { spec: valid, errors } = validateApplication(spec, known);
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
