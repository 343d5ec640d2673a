import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ApplicationSpec } from '../../contracts/application-spec.ts';
import { checkSchema } from './check-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { formatProblem, normalizeApplication, parseDocuments } from './index.ts';

const complete = {
  apiVersion: 'homeostasis.dev/v1',
  kind: 'Application',
  metadata: { name: 'shop', labels: { team: 'web' } },
  spec: {
    placement: { preset: 'balanced', maxSharePerCloud: 0.7, minimumClouds: 2 },
    services: [
      {
        name: 'web',
        image: 'web:1',
        replicas: 3,
        resources: { cpu: '250m', memory: '1Gi' },
        env: { A: 'x', B: 2, C: true },
        secrets: [{ env: 'S', secret: 'a/b', key: 'k' }],
        ports: [{ name: 'main', port: 8080, protocol: 'HTTP' }],
        volumes: [{ name: 'v', mountPath: '/v', sizeGib: 10 }],
        healthCheck: { path: '/', port: 8080 },
        strategy: { type: 'canary', steps: [10, 100] },
        constraints: {
          dataResidency: ['EU'],
          minimumClouds: 2,
          clouds: { deny: ['azure'] },
          latency: [{ from: 'london', maxMs: 50 }],
        },
        tier: 'standard',
        links: [{ to: 'worker', gbPerMonth: 3 }],
        usage: { requestsPerSecond: 10, activeShare: 0.5 },
      },
      { name: 'worker', image: 'worker:1' },
    ],
  },
};

/** Every result is either a document or a problem with a place that exists in the text. */
function settles(text: string): void {
  const { documents, problems } = parseDocuments(text, { file: 'f' });
  expect(documents.length + problems.length).toBeGreaterThan(0);
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const problem of problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lines + 1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(formatProblem(problem).startsWith(`f:${problem.line}:${problem.column}: `)).toBe(true);
  }
  // Whatever was accepted can be normalized, and fits the schema that the wire uses.
  for (const { spec } of documents) {
    expect(Value.Check(ApplicationSpec, spec)).toBe(true);
    for (const each of normalizeApplication(spec).services) {
      expect(Number.isInteger(each.cpuMillicores) && each.cpuMillicores > 0 && each.memoryMib > 0).toBe(true);
    }
  }
}

describe('hostile input', () => {
  it('is never thrown at the caller: any text', () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'abc:-[]{}&*!|>\'"%@`#,?~ \n\t0.e<'), maxLength: 200 });
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), settles), { numRuns: 400 });
  });

  it('is a document or placed problems: a valid document with pieces cut out or put in', () => {
    const text = stringify(complete);
    const cut = fc.record({ at: fc.nat(text.length), drop: fc.nat(12), put: fc.string({ maxLength: 4 }) });
    fc.assert(
      fc.property(cut, ({ at, drop, put }) => settles(text.slice(0, at) + put + text.slice(at + drop))),
      { numRuns: 150 },
    );
  });

  it('is a document or placed problems: a valid document with any value in place of another', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.jsonValue(), (pick, value) =>
        settles(JSON.stringify(replaced(complete, pick, value))),
      ),
      { numRuns: 150 },
    );
  });

  it('finds exactly what the compiled schema refuses', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.jsonValue({ maxDepth: 2 }), (pick, value) => {
        const changed = replaced(complete, pick, value);
        const refused = checkSchema(ApplicationSpec as unknown as JsonSchema, changed).length > 0;
        expect(refused).toBe(!Value.Check(ApplicationSpec, changed));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['deep lists', '['.repeat(50_000), /not valid YAML|too deeply/],
    ['deep closed lists', '['.repeat(200) + ']'.repeat(200), /nested/],
    ['deep mappings', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /nested/],
    [
      'a billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[i]}`).join(',')}]`).join('\n')}`,
      /aliases add more than 50000 values/,
    ],
    ['an alias to itself', 'a: &a [*a, *a]', /nested|aliases/],
    ['too much of it', 'x'.repeat(16 * 1024 * 1024 + 1), /at most 16777216 are read/],
    ['a large map of equal keys', Array.from({ length: 20_000 }, () => 'a: 1').join('\n'), /twice/],
  ])('ends soon: %s', (_, text, expected) => {
    const { documents, problems } = parseDocuments(text, { file: 'f' });
    expect(documents).toEqual([]);
    expect(problems.map(formatProblem).join('\n')).toMatch(expected);
    expect(problems.length).toBeLessThanOrEqual(100);
  });

  it('treats names of the language as names', () => {
    const text = stringify(complete).replace('A: x', '__proto__: x\n        constructor: y');
    const { documents } = parseDocuments(text, { file: 'f' });
    const env = documents[0] && normalizeApplication(documents[0].spec).services[0]?.env;
    expect(Object.entries(env ?? {})).toContainEqual(['__proto__', 'x']);
    expect(parseDocuments('{"__proto__": {"kind": 1}}', { file: 'f' }).problems.map(formatProblem)).toContain(
      'f:1:2: __proto__: unknown key; allowed: apiVersion, kind, metadata, spec',
    );
  });
});

/** The value with the pick-th of its nested values replaced. */
function replaced(value: unknown, pick: number, by: unknown): unknown {
  let count = 0;
  const total = size(value);
  const walk = (each: unknown): unknown => {
    if (count++ === pick % total) return by;
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value);
}

function size(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + size(each), 1);
}
