import { lookup } from '../lookup.ts';
import { invalidArgument } from '../status.ts';

/** What a series is compared with, by selector: `metric.type`, `resource.labels.location`, `metric.labels.response_code_class`. */
export interface Filter {
  readonly metricType: string;
  matches(field: (selector: string) => string | undefined): boolean;
}

interface Comparison {
  readonly selector: string;
  readonly test: (value: string) => boolean;
}

const refuse = (why: string): Error =>
  invalidArgument([{ field: 'filter', description: why }], `Field filter had an invalid value: ${why}`);

const selectors = /^(metric\.type|resource\.type|project|(?:metric|resource)\.labels?\.[a-z_]+)$/;
const comparison =
  /^\s*([a-z_.]+)\s*(!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|(one_of|starts_with|ends_with)\(\s*((?:"(?:[^"\\]|\\.)*"\s*,?\s*)+)\))\s*$/;

const functions: Readonly<Record<string, (value: string, given: readonly string[]) => boolean>> = {
  one_of: (value, given) => given.includes(value),
  starts_with: (value, given) => value.startsWith(given[0] ?? ''),
  ends_with: (value, given) => value.endsWith(given[0] ?? ''),
};

const texts = (list: string): string[] => [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '');

function read(part: string): Comparison {
  const [, selector = '', operator, text, name, list] = comparison.exec(part) ?? [];
  if (selector === '')
    throw refuse(`Could not parse filter "${part.trim()}"; the sandbox takes comparisons joined by AND.`);
  if (!selectors.test(selector)) throw refuse(`The selector "${selector}" is not known.`);
  const given = texts(list ?? '');
  const compare = lookup(functions, name);
  const equal = (value: string): boolean => (compare === undefined ? value === text : compare(value, given));
  return {
    selector: selector.replace('.label.', '.labels.'),
    test: operator === '!=' ? (value) => !equal(value) : equal,
  };
}

/** cloud.google.com/monitoring/api/v3/filters: the part of the language that names one metric and compares labels. */
export function parseFilter(text: string): Filter {
  if (text.length > 10_000) throw refuse('The filter is too long.');
  const comparisons = text.split(/\s+AND\s+/i).map(read);
  const [, metricType] = /metric\.type\s*=\s*"([^"]+)"/.exec(text) ?? [];
  if (metricType === undefined) {
    throw refuse('The filter must specify a single metric type, as metric.type = "…".');
  }
  return {
    metricType,
    // Series are of one metric already when they are compared.
    matches: (field) =>
      comparisons
        .filter(({ selector }) => selector !== 'metric.type')
        .every(({ selector, test }) => {
          const value = field(selector);
          return value !== undefined && test(value);
        }),
  };
}
