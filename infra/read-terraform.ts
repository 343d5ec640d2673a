import { readdirSync, readFileSync } from 'node:fs';

/**
 * As much of Terraform's language as our tests ask for: blocks and their text. It counts braces and knows strings and comments; what a
 * value means is Terraform's to say (`terraform validate`, `tflint`).
 */
export interface Block {
  /** `resource`, `variable`, `locals`. */
  readonly kind: string;
  readonly labels: readonly string[];
  readonly body: string;
}

/** Every top-level block of a folder. @throws Error for a brace that is never closed. */
export function readTerraform(folder: URL): readonly Block[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tf'));
  return files.flatMap((file) => blocksOf(withoutComments(readFileSync(new URL(file, folder), 'utf8')), file));
}

/** @throws Error when there is none, or more than one. */
export function block(blocks: readonly Block[], kind: string, ...labels: readonly string[]): string {
  const found = blocks.filter((each) => each.kind === kind && labels.every((label, at) => each.labels[at] === label));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} blocks are ${kind} ${labels.join(' ')}`);
  return only.body;
}

/** The value behind `name =` or `name {`: up to the bracket that closes it, or the end of the line. @throws Error when it is not there. */
export function valueOf(text: string, name: string): string {
  const found = new RegExp(`(?:^|[\\n{])\\s*${name}\\s*(?:=\\s*|(?=\\{))`).exec(text);
  if (found === null) throw new Error(`nothing sets ${name}`);
  const start = found.index + found[0].length;
  let at = start;
  for (let depth = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && text.charAt(at + 1) === '\n')) return text.slice(start, at + 1).trim();
  }
  return text.slice(start).trim();
}

/** Keys at the outermost level of an object's text. */
export function keysOf(object: string): readonly string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const line of object.slice(object.indexOf('{') + 1).split('\n')) {
    const key = /^\s*"?([\w.-]+)"?\s*(?:=|\{)/.exec(line)?.[1];
    if (depth === 0 && key !== undefined) keys.push(key);
    const bare = line.replaceAll(/"(?:\\.|[^"\\])*"/g, '');
    depth += (bare.match(/[([{]/g) ?? []).length - (bare.match(/[)\]}]/g) ?? []).length;
  }
  return keys;
}

/** Every string without an interpolation in it. */
export const stringsIn = (text: string): readonly string[] =>
  [...text.matchAll(/"((?:\\.|[^"\\$])*)"/g)].map(([, inside = '']) => inside);

function blocksOf(text: string, file: string): readonly Block[] {
  const blocks: Block[] = [];
  const head = /^([a-z_]+)((?:\s+"[^"]*")*)\s*\{/gm;
  for (let found = head.exec(text); found !== null; found = head.exec(text)) {
    const [whole, kind = '', labels = ''] = found;
    const start = found.index + whole.length;
    const end = closing(text, start);
    if (end === undefined) throw new Error(`${file}: the block ${kind}${labels} is never closed`);
    blocks.push({ kind, labels: stringsIn(labels), body: text.slice(start, end) });
    head.lastIndex = end;
  }
  return blocks;
}

function closing(text: string, start: number): number | undefined {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Where the string that begins at `at` ends; `${…}` may hold strings of its own. */
function endOfString(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next += 1) {
    if (text.charAt(next) === '\\') next += 1;
    else if (text.startsWith('${', next)) next = closing(text, next + 2) ?? text.length;
    else if (text.charAt(next) === '"') return next;
  }
  return text.length;
}

/** Whole lines only, which is how we write them: a # may stand in a string. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*#.*$/gm, '');
