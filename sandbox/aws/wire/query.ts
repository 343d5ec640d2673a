/** The AWS Query protocol: a form in, XML out. */

type Tree = { [key: string]: Tree | string };

/** `A.member.1.B=x` becomes `{A: [{B: 'x'}]}`. */
export function parseQuery(body: string): Record<string, unknown> {
  const tree: Tree = Object.create(null) as Tree;
  for (const [name, value] of new URLSearchParams(body)) plant(tree, name.split('.'), value);
  return foldLists(tree) as Record<string, unknown>;
}

function plant(tree: Tree, path: readonly string[], value: string): void {
  let node = tree;
  for (const step of path.slice(0, -1)) {
    const next = node[step];
    node = typeof next === 'object' ? next : (node[step] = Object.create(null) as Tree);
  }
  node[path.at(-1) ?? ''] = value;
}

function foldLists(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const members = node['member'];
  if (typeof members === 'object') {
    return Object.keys(members)
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => foldLists(members[key] ?? ''));
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, foldLists(value)]));
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (value: string) => value.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character);

/** Structures become elements, lists `<member>` elements, maps `<entry>` elements, absent values nothing. */
export function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return [...value].map(([key, item]) => `<entry>${toXml({ key, value: item })}</entry>`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `<${key}>${toXml(item)}</${key}>`)
      .join('');
  }
  return escape(String(value));
}
