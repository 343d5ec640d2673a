import { badRequest } from './errors.ts';

interface Filterable {
  readonly type?: string;
  readonly name: string;
  readonly region: string;
  readonly group?: string;
  readonly tags: Readonly<Record<string, string>>;
}

type Test = (resource: Filterable) => boolean;

const invalid = (filter: string): Error =>
  badRequest('InvalidFilterInQueryString', `Invalid $filter '${filter}' specified in the query string.`);

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const tests: Readonly<Record<string, (value: string) => Test>> = {
  resourcetype: (value) => (resource) => same(resource.type, value),
  name: (value) => (resource) => same(resource.name, value),
  location: (value) => (resource) => same(resource.region, value.replaceAll(' ', '')),
  resourcegroup: (value) => (resource) => same(resource.group, value),
};

/** The terms of `a eq 'x' and b eq 'y'`; a quote inside a value is doubled, as in OData. */
function terms(filter: string): readonly (readonly [string, string])[] {
  const term = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*(?:and\b|$)/i;
  const found: (readonly [string, string])[] = [];
  let rest = filter;
  while (rest.trim() !== '') {
    const match = term.exec(rest);
    if (!match) throw invalid(filter);
    found.push([(match[1] ?? '').toLowerCase(), (match[2] ?? '').replaceAll("''", "'")]);
    rest = rest.slice(match[0].length);
  }
  return found;
}

/** `tagName eq 'a' and tagValue eq 'b'`, the one filter resource groups take. */
export function tagFilter(filter: string | null): Test {
  if (!filter) return () => true;
  const given = new Map(terms(filter));
  const name = given.get('tagname');
  const value = given.get('tagvalue');
  if (name === undefined || given.size > (value === undefined ? 1 : 2)) throw invalid(filter);
  return ({ tags }) =>
    Object.entries(tags).some(([key, held]) => same(key, name) && (value === undefined || held === value));
}

/** `$filter` of `/resources`: a tag filter alone, or type, name, location and group joined by `and`. */
export function resourceFilter(filter: string | null): Test {
  if (!filter) return () => true;
  const given = terms(filter);
  if (given.some(([key]) => key.startsWith('tag'))) return tagFilter(filter);
  const all = given.map(([key, value]) => {
    const test = tests[key];
    if (!test) throw invalid(filter);
    return test(value);
  });
  return (resource) => all.every((test) => test(resource));
}
