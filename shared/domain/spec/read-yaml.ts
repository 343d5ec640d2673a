import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import { readValue, type AliasTargets, type Reading } from './read-value.ts';
import { fieldOf, type Finding, describeValue, type Path, type SpecProblem } from './problem.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a file as plain data that remembers where everything stood. */
export interface SourceDocument {
  readonly value: unknown;
  /** Where the document begins. */
  readonly start: Position;
  /** Numbers whose text says more than the number: `1.10` is read as 1.1. */
  readonly lossy: readonly { readonly path: Path; readonly text: string }[];
  problem(finding: Finding): SpecProblem;
}

export interface SourceFile {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly SpecProblem[];
}

/** Larger texts are refused unread: no real file is near it, and reading costs memory many times the size. */
export const maximumCharacters = 16 * 1024 * 1024;

/** Reads YAML 1.2 or JSON, several documents per file. Never throws: what cannot be read is a problem with its place. */
export function readYaml(text: string, file: string): SourceFile {
  const whole = (message: string): SourceFile => ({
    documents: [],
    problems: [{ file, line: 1, column: 1, field: '', message, found: '' }],
  });
  if (text.length > maximumCharacters) {
    return whole(`has ${text.length} characters; at most ${maximumCharacters} are read`);
  }
  const lines = new LineCounter();
  try {
    // Duplicate keys are found while reading: the library compares every pair of keys, which a hostile file can make endless.
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      merge: false,
    });
    const found = Array.isArray(parsed) ? parsed : [];
    return collect(
      found.filter((each) => !isEmpty(each) || each.errors.length > 0),
      { file, lines },
    );
  } catch (error) {
    // The library descends one call per level of nesting.
    if (error instanceof RangeError) return whole('is nested too deeply to be read');
    return whole(`cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `---` with nothing, or only comments, after it. */
function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === '');
}

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
}

function collect(parsed: readonly Document.Parsed[], source: Source): SourceFile {
  const documents: SourceDocument[] = [];
  const problems: SpecProblem[] = [];
  for (const document of parsed) {
    // Later errors of a document are mostly echoes of the first.
    const [failure] = [...document.errors, ...document.warnings];
    if (failure !== undefined) {
      problems.push(syntaxProblem(failure, source));
      continue;
    }
    const reading = readValue(document.contents as Node);
    const read = sourceDocument(document.contents as Node, reading, source);
    problems.push(...reading.findings.map((each) => read.problem(each)));
    if (reading.findings.length === 0) documents.push(read);
  }
  return { documents, problems };
}

function syntaxProblem(failure: YAMLError, { file, lines }: Source): SpecProblem {
  const { line, col } = lines.linePos(failure.pos[0]);
  const message = `not valid YAML: ${failure.message.split('\n')[0] ?? failure.code}`;
  return { file, line: Math.max(1, line), column: Math.max(1, col), field: '', message, found: '' };
}

function sourceDocument(root: Node, reading: Reading, { file, lines }: Source): SourceDocument {
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    value: reading.value,
    start: place(root.range?.[0] ?? 0),
    lossy: reading.lossy,
    problem: ({ path, atKey, message, found, allowed, suggestion }) => ({
      file,
      ...place(offsetOf(root, reading.aliases, path, atKey === true)),
      field: fieldOf(path),
      message,
      found: describeValue(found),
      ...(allowed === undefined ? {} : { allowed }),
      ...(suggestion === undefined ? {} : { suggestion }),
    }),
  };
}

/** Where the value (or key) at the path begins; of something missing, where the nearest thing around it does. */
function offsetOf(root: Node, aliases: AliasTargets, path: Path, atKey: boolean): number {
  let node: Node | undefined = root;
  let key: number | undefined;
  let offset = begin(root) ?? 0;
  for (const part of path) {
    const step: Step | undefined = child(resolved(node, aliases), part);
    if (step === undefined) return offset;
    key = begin(step.key);
    node = step.value;
    offset = begin(node) ?? key ?? offset;
  }
  return atKey ? (key ?? offset) : offset;
}

function resolved(node: Node | undefined, aliases: AliasTargets): Node | undefined {
  return isAlias(node) ? aliases.get(node) : node;
}

/** A value left out stands nowhere: then the key says where. */
function begin(node: Node | undefined): number | undefined {
  const [from, to] = node?.range ?? [];
  return from === to ? undefined : from;
}

interface Step {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function child(node: Node | undefined, part: string | number): Step | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(part)] as Node | undefined;
    return value === undefined ? undefined : { key: value, value };
  }
  if (!isMap(node)) return undefined;
  // The last of equal keys, so that a duplicate is shown where it is repeated.
  const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === part);
  return pair && { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
}
