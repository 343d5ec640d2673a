/** `*` stands for any run of characters: `eu-*`, `*-west-*`, `aws/*`. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const middle of rest) {
    const at = name.indexOf(middle, from);
    if (at < 0) return false;
    from = at + middle.length;
  }
  return from <= name.length - last.length;
}
