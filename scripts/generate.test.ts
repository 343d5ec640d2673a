import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asyncapiSpecs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, parse } from 'yaml';
import { contracts } from '../shared/contracts/index.ts';
import { generated } from './generate/documents.ts';
import { goldenSamples } from './generate/golden-manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  files = await generated(root);
});

function schema(name: string): object {
  return JSON.parse(files.get(`docs/reference/schemas/${name}.json`) ?? 'null') as object;
}

// strictTypes would demand a type beside every enum; the rest of ajv's strictness holds.
const compile = (name: string) => new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema(name));

describe('generated documents', () => {
  it('hold a schema of every message, each with its own id', () => {
    const ids = contracts.map(({ type }) => (schema(type) as { $id: string }).$id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids[0]).toBe('https://homeostasis.dev/schemas/dev.homeostasis.application.submitted.v1.json');
  });

  it('hold a valid AsyncAPI 3.0 document, by the schema of the AsyncAPI initiative', () => {
    const document: unknown = parse(files.get('docs/reference/asyncapi.yaml') ?? '');
    const specs = asyncapiSpecs as unknown as { schemasWithoutId: Record<string, object> };
    const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
    const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] ?? {});
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
    const { channels, operations } = document as { channels: object; operations: object };
    expect(Object.keys(channels)).toHaveLength(contracts.length);
    expect(Object.keys(operations)).toContain('placement.send.deployment.apply.v1');
    expect(validate({ ...(document as object), channels: { x: { adress: 'y' } } })).toBe(false);
  });

  it.each(['examples/shop.yaml', 'examples/online-boutique.yaml'])('%s fits the published schema', (example) => {
    const validate = compile('application.schema');
    for (const document of parseAllDocuments(readFileSync(`${root}/${example}`, 'utf8'))) {
      expect(validate(document.toJS()), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('has schemas that refuse what is not in them', () => {
    expect(compile('application.schema')({ apiVersion: 'homeostasis.dev/v1', kind: 'Application' })).toBe(false);
    expect(compile('config.schema')({ clouds: { aws: { regionz: [] } } })).toBe(false);
    expect(compile('config.schema')({ clouds: { aws: { regions: ['eu-west-1'] } } })).toBe(true);
  });

  it.each([...goldenSamples(root)])('%s fits its published schema', (file, text) => {
    const validate = compile(file.replace(/\.json$/, ''));
    expect(validate((JSON.parse(text) as { data: unknown }).data), JSON.stringify(validate.errors)).toBe(true);
  });

  it('names a reader and a sender for every command', () => {
    const page = files.get('docs/reference/events.md') ?? '';
    const rows = page.split('\n').filter((line) => /\| command +\|/.test(line));
    expect(rows).toHaveLength(contracts.filter(({ kind }) => kind === 'command').length);
    for (const line of rows) expect(line).toMatch(/\| command +\| \w+[\w, ]*\| \w+/);
  });
});
