import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Finding, Path } from './problem.ts';

export type AliasTargets = Pick<WeakMap<Alias, Node>, 'get'>;

export interface Reading {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly lossy: readonly { readonly path: Path; readonly text: string }[];
  readonly aliases: AliasTargets;
}

const maximumDepth = 64;
/** Values that aliases may add to a document in all: enough to share blocks, far too few for a "billion laughs". */
const maximumAliasedValues = 50_000;
const maximumFindings = 20;

/** Turns a parsed tree into plain data, minding duplicate keys, aliases and depth. */
export function readValue(root: Node): Reading {
  const state: State = { findings: [], lossy: [], anchors: new Map(), aliases: new WeakMap(), aliased: 0, inAlias: 0 };
  const value = read(root, [], state);
  return { value, findings: state.findings, lossy: state.lossy, aliases: state.aliases };
}

interface State {
  readonly findings: Finding[];
  readonly lossy: { readonly path: Path; readonly text: string }[];
  readonly anchors: Map<string, Node>;
  readonly aliases: WeakMap<Alias, Node>;
  aliased: number;
  inAlias: number;
}

function report(state: State, finding: Finding): undefined {
  if (state.findings.length < maximumFindings) state.findings.push(finding);
}

function read(node: Node | null, path: Path, state: State): unknown {
  if (node === null) return null;
  if (state.inAlias > 0) state.aliased += 1;
  if (state.aliased > maximumAliasedValues) return tooManyAliases(path, state);
  if (path.length > maximumDepth)
    return report(state, { path, message: `is nested more than ${maximumDepth} levels deep` });
  if (isAlias(node)) return readAlias(node, path, state);
  if (node.anchor !== undefined) state.anchors.set(node.anchor, node);
  if (isScalar(node)) return readScalar(node, path, state);
  if (isSeq(node)) return node.items.map((each, index) => read(each as Node | null, [...path, index], state));
  if (isMap(node)) return readMap(node, path, state);
  return undefined;
}

function tooManyAliases(path: Path, state: State): undefined {
  // Said once: the walk ends at the first, and every caller above unwinds through here.
  if (state.findings.some(({ message }) => message.startsWith('aliases'))) return undefined;
  return report(state, { path, message: `aliases add more than ${maximumAliasedValues} values to the document` });
}

function readAlias(node: Alias, path: Path, state: State): unknown {
  const target = state.anchors.get(node.source);
  if (target === undefined)
    return report(state, { path, message: `no anchor "${node.source}" stands before this alias` });
  state.aliases.set(node, target);
  state.inAlias += 1;
  const value = read(target, path, state);
  state.inAlias -= 1;
  return value;
}

function readScalar(node: Scalar, path: Path, state: State): unknown {
  const { value, source } = node;
  if (typeof value === 'number' && source !== undefined && source !== String(value)) {
    state.lossy.push({ path, text: source });
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

function readMap(node: YAMLMap, path: Path, state: State): unknown {
  const entries = new Map<string, unknown>();
  for (const pair of node.items as readonly Pair<Node, Node | null>[]) {
    if (!isScalar(pair.key)) {
      report(state, { path, message: 'has a key that is a list, a mapping or an alias; keys are plain text' });
      continue;
    }
    const key = String(pair.key.value);
    const at = [...path, key];
    if (entries.has(key)) report(state, { path: at, atKey: true, message: 'the key stands here twice', found: key });
    entries.set(key, read(pair.value, at, state));
  }
  // fromEntries defines own properties, so a key called __proto__ is data like any other.
  return Object.fromEntries(entries);
}
