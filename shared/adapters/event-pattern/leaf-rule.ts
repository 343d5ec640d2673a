import { cidrTest } from './cidr.ts';
import { InvalidPattern } from './invalid-pattern.ts';
import { numericTest } from './numeric.ts';
import { wildcardTest } from './wildcard.ts';

export type Primitive = string | number | boolean | null;

/** One alternative of a field: an exact value (which can be indexed), a test on a value that is there, or the field's absence. */
export type LeafRule =
  | { readonly kind: 'exact'; readonly value: Primitive }
  | { readonly kind: 'test'; readonly test: (value: Primitive) => boolean }
  | { readonly kind: 'absent' };

/**
 * @throws InvalidPattern naming the path.
 * Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns".
 */
export function leafRule(rule: unknown, path: string): LeafRule {
  if (isPrimitive(rule)) return { kind: 'exact', value: rule };
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    throw new InvalidPattern(path, 'must be a string, a number, true, false, null or a comparison');
  }
  const [operator, argument] = onlyEntry(rule, path);
  const at = `${path}.${operator}`;
  if (operator === 'exists') return exists(argument, at);
  if (operator === 'exactly') return { kind: 'exact', value: text(argument, at) };
  if (operator === 'numeric') {
    const test = numericTest(argument, at);
    return { kind: 'test', test: (value) => typeof value === 'number' && test(value) };
  }
  if (operator === 'anything-but') return { kind: 'test', test: anythingBut(argument, at) };
  return { kind: 'test', test: onText(textTest(operator, argument, at)) };
}

function isPrimitive(rule: unknown): rule is Primitive {
  return rule === null || typeof rule === 'string' || typeof rule === 'number' || typeof rule === 'boolean';
}

function exists(argument: unknown, at: string): LeafRule {
  if (argument === false) return { kind: 'absent' };
  if (argument === true) return { kind: 'test', test: () => true };
  throw new InvalidPattern(at, 'must be true or false');
}

type TextTest = (value: string) => boolean;

function onText(test: TextTest): (value: Primitive) => boolean {
  return (value) => typeof value === 'string' && test(value);
}

function textTest(operator: string, argument: unknown, at: string): TextTest {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, argument, at);
    case 'equals-ignore-case':
      return ignoringCase(text(argument, at), (value, wanted) => value === wanted);
    case 'wildcard':
      return wildcardTest(text(argument, at), at);
    case 'cidr':
      return cidrTest(text(argument, at), at);
    default:
      throw new InvalidPattern(at, `"${operator}" is not a comparison EventBridge knows`);
  }
}

function affix(operator: 'prefix' | 'suffix', argument: unknown, at: string): TextTest {
  const compare = (value: string, wanted: string) =>
    operator === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
  if (typeof argument !== 'object' || argument === null) {
    const wanted = text(argument, at);
    return (value) => compare(value, wanted);
  }
  const [inner, folded] = onlyEntry(argument, at);
  if (inner !== 'equals-ignore-case') {
    throw new InvalidPattern(`${at}.${inner}`, `${operator} takes a string or {"equals-ignore-case": string}`);
  }
  return ignoringCase(text(folded, `${at}.${inner}`), compare);
}

function ignoringCase(wanted: string, compare: (value: string, wanted: string) => boolean): TextTest {
  const folded = wanted.toLowerCase();
  return (value) => compare(value.toLowerCase(), folded);
}

/**
 * Any value that is there and is not one of these. What is refused can only be text (or only numbers), so a value of another
 * type, null included, passes.
 */
function anythingBut(argument: unknown, at: string): (value: Primitive) => boolean {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [operator, wanted] = onlyEntry(argument, at);
    if (operator === 'cidr') throw new InvalidPattern(`${at}.${operator}`, 'anything-but does not take "cidr"');
    const tests = listOf(wanted, `${at}.${operator}`).map((one) => textTest(operator, one, `${at}.${operator}`));
    return (value) => typeof value !== 'string' || !tests.some((test) => test(value));
  }
  const refused = listOf(argument, at);
  const allText = refused.every((value) => typeof value === 'string');
  if (!allText && !refused.every((value) => typeof value === 'number')) {
    throw new InvalidPattern(at, 'must be strings only or numbers only');
  }
  const set = new Set<unknown>(refused);
  return (value) => !set.has(value);
}

function listOf(argument: unknown, at: string): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0) throw new InvalidPattern(at, 'empty arrays are not allowed');
  return list;
}

function text(argument: unknown, at: string): string {
  if (typeof argument !== 'string') throw new InvalidPattern(at, `must be a string, not ${JSON.stringify(argument)}`);
  return argument;
}

function onlyEntry(object: object, at: string): readonly [string, unknown] {
  const entries = Object.entries(object) as [string, unknown][];
  const [first] = entries;
  if (first === undefined || entries.length > 1) {
    throw new InvalidPattern(at, 'a comparison has exactly one operator');
  }
  return first;
}
