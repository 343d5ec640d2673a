import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { Config } from '../shared/contracts/config.ts';

const config = Compile(Config);
const page = (name: string): string => readFileSync(new URL(`../docs/how-to/${name}`, import.meta.url), 'utf8');

/** Configurations on a page that are whole: where … stands for something, it is an excerpt. */
const configurations = (text: string): readonly string[] =>
  [...text.matchAll(/```yaml\n([^]*?)```/g)]
    .map(([, yaml = '']) => yaml)
    .filter((yaml) => /^(?:hub|clouds):/m.test(yaml) && !yaml.includes('…'));

describe('configurations on the pages about production', () => {
  it.each(['run-in-production.md', 'publish-from-ci.md'])('are taken as they stand: %s', (name) => {
    const found = configurations(page(name));
    expect(found.length).toBeGreaterThan(0);
    for (const yaml of found) {
      const [first] = config.Errors(parse(yaml));
      expect(first && `${first.instancePath} ${first.message}`).toBeUndefined();
    }
  });

  it('are refused when a key is wrong, so this test can fail', () => {
    expect(config.Check(parse('hub: { zones: { id: Z1, name: example.com } }'))).toBe(false);
  });
});
