import type { ApplicationSpec } from '../../contracts/application-spec.ts';
import type { KnownWorld } from './known.ts';
import type { Finding, SpecProblem } from './problem.ts';
import { readYaml, type SourceDocument } from './read-yaml.ts';
import { validateApplication } from './validate.ts';

export interface ParsedApplication {
  readonly file: string;
  /** Where the document begins in the file, from 1. */
  readonly line: number;
  readonly spec: ApplicationSpec;
  readonly warnings: readonly SpecProblem[];
}

export interface ParsedFile {
  /** The documents without problems. */
  readonly documents: readonly ParsedApplication[];
  readonly problems: readonly SpecProblem[];
}

export interface ParseOptions {
  /** Name shown in problems. */
  readonly file: string;
  /** Names outside the document to check against. */
  readonly known?: KnownWorld;
}

/**
 * Reads applications from YAML or JSON, several per file (`---`). Never throws: whatever is wrong is a problem with file, line,
 * column, field, what was found and what is allowed.
 * @example const { documents, problems } = parseDocuments(text, { file: 'shop.yaml' });
 */
export function parseDocuments(text: string, { file, known }: ParseOptions): ParsedFile {
  const source = readYaml(text, file);
  const problems = [...source.problems];
  const documents: ParsedApplication[] = [];
  const lineOf = new Map<string, number>();
  for (const document of source.documents) {
    const { spec, errors, warnings } = validateApplication(document.value, known);
    const findings = [...errors, ...lossyValues(document), ...(spec ? secondOf(spec, lineOf) : [])];
    problems.push(...findings.map((each) => document.problem(each)));
    if (spec === undefined) continue;
    lineOf.set(spec.metadata.name, document.start.line);
    if (findings.length > 0) continue;
    documents.push({ file, line: document.start.line, spec, warnings: warnings.map((each) => document.problem(each)) });
  }
  if (documents.length === 0 && problems.length === 0) {
    problems.push({
      file,
      line: 1,
      column: 1,
      field: '',
      message: 'holds no document',
      found: '',
      allowed: ['kind: Application'],
    });
  }
  return { documents, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function secondOf({ metadata }: ApplicationSpec, lineOf: ReadonlyMap<string, number>): readonly Finding[] {
  const first = lineOf.get(metadata.name);
  if (first === undefined) return [];
  const message = `a second application "${metadata.name}" in this file; the first begins in line ${first}`;
  return [{ path: ['metadata', 'name'], found: metadata.name, message }];
}

/** A variable is text in the end: a number whose text says more than the number would change silently. */
function lossyValues({ lossy }: SourceDocument): readonly Finding[] {
  return lossy
    .filter(({ path }) => path[1] === 'services' && path[3] === 'env')
    .map(({ path, text }) => ({
      path,
      found: text,
      message: `YAML reads ${text} as another number`,
      allowed: [`"${text}" in quotes`],
    }));
}
