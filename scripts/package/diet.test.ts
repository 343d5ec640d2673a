import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubFunctions } from '../../infra/functions.ts';
import { bundleFunctions, root } from './hub.ts';
import { clientsIn } from './clients.ts';
import { withPlainKeys } from './diet.ts';

describe('the SDK’s schemas', () => {
  it('have their keys written out, where a constant says what they are', () => {
    const text =
      'const _h = "http";\nconst _q = "a\\"b";\nexport var x$ = [3, { [_h]: ["GET", "/"], [_q]: 1, [_unknown]: 2 }, [_h]];';
    expect(withPlainKeys(text)).toBe(
      'const _h = "http";\nconst _q = "a\\"b";\nexport var x$ = [3, { "http": ["GET", "/"], "a\\"b": 1, [_unknown]: 2 }, [_h]];',
    );
  });

  it('say the same as before, for every client we use', async () => {
    const files = globSync(
      'node_modules/@aws-sdk/client-{dynamodb,ecs,s3,sqs,scheduler}/dist-es/schemas/schemas_0.js',
      { cwd: root },
    );
    expect(files).toHaveLength(5);
    for (const file of files) {
      const text = readFileSync(join(root, file), 'utf8');
      const found = await Promise.all([text, withPlainKeys(text)].map((each) => schemasOf(each)));
      expect(Object.keys(found[0] as object).length).toBeGreaterThan(10);
      expect(found[1]).toEqual(found[0]);
    }
  });
});

/** What a schema module exports, as data; what it imports is not asked for. */
async function schemasOf(text: string): Promise<unknown> {
  const stub = 'class { static for() { return new this(); } registerError() {} }';
  const alone = text.replaceAll(/^import \{([^}]*)\} from .*$/gm, (_, names: string) =>
    [...names.matchAll(/\w+/g)].map(([name]) => `const ${name} = ${stub};`).join('\n'),
  );
  const address = `data:text/javascript;base64,${Buffer.from(alone).toString('base64')}`;
  const loaded: unknown = await import(/* @vite-ignore */ address);
  const shown = (_: string, value: unknown): unknown => (typeof value === 'function' ? String(value) : value);
  return JSON.parse(JSON.stringify(loaded, shown));
}

describe('the functions of the hub', () => {
  it('are refused by name when the entry is missing', async () => {
    const absent = { name: 'absent', entry: 'services/absent/main.lambda.ts', clients: [], source: 'queue' } as const;
    await expect(bundleFunctions([absent])).rejects.toThrow(/function absent has no entry services\/absent/);
  });

  const [monitor] = hubFunctions.filter(({ name }) => name === 'monitor');

  it('are refused when they hold a client that they are not said to need', async () => {
    if (monitor === undefined) throw new Error('there is no monitor');
    await expect(bundleFunctions([{ ...monitor, clients: ['dynamodb', 's3'] }])).rejects.toThrow(
      /function monitor holds the clients sqs and needs dynamodb, s3/,
    );
  });

  it('hold the clients that they need, and nothing that has something lighter in its place', async () => {
    if (monitor === undefined) throw new Error('there is no monitor');
    const made = (await bundleFunctions([monitor])).get('monitor');
    if (made === undefined) throw new Error('monitor was not bundled');
    expect([...clientsIn(made.metafile).keys()].sort()).toEqual(['dynamodb', 's3', 'sqs']);
    expect(clientsIn(made.metafile).get('dynamodb')).toContain('TransactWriteItemsCommand');
    const inputs = Object.keys(Object.values(made.metafile.outputs)[0]?.inputs ?? {});
    expect(
      inputs.filter((path) => /yaml|credential-provider-(?!env)|typebox\/build\/type\/|mnemonist/.test(path)),
    ).toEqual([]);
  });
});
