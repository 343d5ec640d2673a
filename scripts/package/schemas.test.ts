import fc from 'fast-check';
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contracts } from '../../shared/contracts/index.ts';
import type { Contract } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { diet } from './diet.ts';
import { evaluateSchemas } from './evaluate.ts';
import { root, schemaFiles } from './hub.ts';
import { literalsOf } from './literals.ts';
import { refuseLeftOut, rewrite, schemasIn } from './schemas.ts';

/** The contracts as a packaged function has them, by type. */
const packaged = new Map<string, Contract>();

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'shared/contracts/index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [diet(await evaluateSchemas(schemaFiles()))],
  });
  const text = outputFiles[0]?.text ?? '';
  expect(text).not.toMatch(/Type\.Object\(/);
  const address = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  const loaded = (await import(/* @vite-ignore */ address)) as { readonly contracts: readonly Contract[] };
  for (const contract of loaded.contracts) packaged.set(contract.type, contract);
});

const golden = join(root, 'test/golden');
const samples = readdirSync(golden)
  .filter((file) => file.startsWith('dev.homeostasis.'))
  .map((file) => JSON.parse(readFileSync(join(golden, file), 'utf8')) as Envelope);
const byType = new Map(contracts.map((contract) => [contract.type, contract]));

/** What a contract says of an event: nothing, or the error's message. */
function said(contract: Contract | undefined, event: Envelope): string | undefined {
  try {
    contract?.parse(event);
    return undefined;
  } catch (error) {
    expect((error as Error).name).toBe('InvalidEvent');
    return (error as Error).message;
  }
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...at, key]))];
}

/** A copy with something else at the path; `undefined` takes away what is there. */
function changed(value: unknown, [key, ...rest]: Path, instead: unknown): unknown {
  if (key === undefined) return instead;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const inner = changed(copy[key], rest, instead);
  if (inner === undefined) delete copy[key];
  // As JSON does it: an own property, whatever its name.
  else Object.defineProperty(copy, key, { value: inner, enumerable: true, writable: true, configurable: true });
  return copy;
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(undefined, '', 'a'.repeat(300), -1, 0, 0.5, 1e21, [], {}, null, 'True', 'aws', 'A b'),
);

describe('a contract in a packaged function', () => {
  it('is there for every type', () => {
    expect([...packaged.keys()].sort()).toEqual([...byType.keys()].sort());
    expect(samples.length).toBeGreaterThan(25);
  });

  it.each(samples.map((sample) => [sample.type, sample] as const))(
    'accepts what %s always accepted',
    (type, sample) => {
      expect(said(packaged.get(type), sample)).toBeUndefined();
    },
  );

  it.each(samples.map((sample) => [sample.type, sample] as const))(
    'says of any %s what the compiled one says',
    (type, sample) => {
      const paths = pathsIn(sample.data);
      const mutation = fc.record({
        path: fc.constantFrom(...paths),
        inside: fc.option(fc.constantFrom('extra', '__proto__', '0'), { nil: undefined }),
        value: anything,
      });
      let refused = 0;
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), (mutations) => {
          const data = mutations.reduce<unknown>((value, { path, inside, value: instead }) => {
            const reachable = path.every((key, index) => isObject(at(value, path.slice(0, index))) && key !== '');
            if (!reachable) return value;
            const into = inside !== undefined && isObject(at(value, path)) ? [...path, inside] : path;
            return changed(value, into, instead);
          }, sample.data);
          const event = JSON.parse(JSON.stringify({ ...sample, data })) as Envelope;
          const compiled = said(byType.get(type), event);
          refused += compiled === undefined ? 0 : 1;
          expect(said(packaged.get(type), event)).toBe(compiled);
        }),
        { numRuns: 120 },
      );
      expect(refused).toBeGreaterThan(10);
    },
  );
});

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);

describe('schemas in a module', () => {
  const text = `import { Type } from 'typebox';
export const a = Type.Object({ b: Type.String() });
const list = [Type.Null(), 1, Type.Array(a)];
export const make = () => Type.Number();`;

  it('are the outermost expressions that run when it is loaded', () => {
    const found = schemasIn(text).map(({ from, to }) => text.slice(from, to));
    expect(found).toEqual(['Type.Object({ b: Type.String() })', 'Type.Null()', 'Type.Array(a)']);
  });

  it('are rewritten where they stand, and nothing else', () => {
    const written = rewrite(text, schemasIn(text), (inner, index) => `<${index}:${inner.length}>`);
    expect(written).toContain('export const a = <0:33>;\nconst list = [<1:11>, 1, <2:13>];');
    expect(written).toContain('make = () => Type.Number();');
  });

  it('are none where TypeBox is not imported, or only its types', () => {
    expect(schemasIn(`import type { Static } from 'typebox';\nconst Type = { Object: () => 1 };`)).toEqual([]);
    expect(schemasIn('const x = Type.Object({});')).toEqual([]);
  });

  it('that need what functions leave out are refused, by name', () => {
    const schema = {
      type: 'object',
      properties: { format: { type: 'string' }, at: { type: 'string', format: 'uri' } },
    };
    expect(() => refuseLeftOut(schema, 'x.ts')).toThrow(/x\.ts has a schema with "format"/);
    expect(() => refuseLeftOut({ properties: { format: { type: 'string' } } }, 'x.ts')).not.toThrow();
  });

  it('are written with what they share once', () => {
    const name = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 40 };
    const pair = { type: 'object', properties: { a: name, b: name }, additionalProperties: false };
    const { byFile, shared } = literalsOf(
      new Map([
        ['x', [name, pair]],
        ['y', [{ anyOf: [pair, true, { const: 'é"' }] }]],
      ]),
      's',
    );
    expect(shared.match(/pattern/g)).toHaveLength(1);
    const read = new Function(`${shared.replaceAll('export const ', 'const ')}
const s = { ${[...shared.matchAll(/const (s\d+)/g)].map(([, id]) => id).join()} };
return [${[...byFile.values()].flat().join()}];`);
    expect(read()).toEqual([name, pair, { anyOf: [pair, true, { const: 'é"' }] }]);
  });
});
