import { InvalidPattern } from './invalid-pattern.ts';

type Compare = (value: number, bound: number) => boolean;

const comparisons: Readonly<Record<string, Compare>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0]` or `[">", 0, "<=", 5]`: one comparison, or a lower bound followed by an upper one. */
export function numericTest(rule: unknown, path: string): (value: number) => boolean {
  if (!Array.isArray(rule) || (rule.length !== 2 && rule.length !== 4)) {
    throw new InvalidPattern(path, 'must be an array of one or two comparisons such as [">", 0, "<=", 5]');
  }
  const [operator, bound, second, secondBound] = rule as unknown[];
  const lower = comparison(operator, bound, path);
  if (rule.length === 2) return lower.test;
  const upper = comparison(second, secondBound, path);
  if (!lower.operator.startsWith('>') || !upper.operator.startsWith('<')) {
    throw new InvalidPattern(path, 'a range is a lower bound (> or >=) followed by an upper bound (< or <=)');
  }
  if (lower.bound >= upper.bound) throw new InvalidPattern(path, 'the lower bound must be below the upper bound');
  return (value) => lower.test(value) && upper.test(value);
}

function comparison(operator: unknown, bound: unknown, path: string) {
  const compare = typeof operator === 'string' ? comparisons[operator] : undefined;
  if (typeof operator !== 'string' || compare === undefined) {
    throw new InvalidPattern(path, `${JSON.stringify(operator)} is not one of = < <= > >=`);
  }
  if (typeof bound !== 'number' || !Number.isFinite(bound)) {
    throw new InvalidPattern(path, `${JSON.stringify(bound)} after "${operator}" is not a number`);
  }
  return { operator, bound, test: (value: number) => compare(value, bound) };
}
