import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contractOf, contracts } from '../../shared/contracts/index.ts';
import { parseEnvelope } from '../../shared/contracts/envelope.ts';
import { goldenSamples, sha256 } from '../../scripts/generate/golden-manifest.ts';
import manifest from './manifest.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const samples = goldenSamples(root);
const hashes: Readonly<Record<string, string>> = manifest;

describe('golden samples', () => {
  it('exist for every published message', () => {
    const missing = contracts.map(({ type }) => `${type}.json`).filter((file) => !samples.has(file));
    expect(missing, 'write a realistic sample in test/golden, then `npm run generate`').toEqual([]);
  });

  it.each([...samples])('%s is accepted by the parser of today', (file, text) => {
    const event = parseEnvelope(JSON.parse(text), { time: '2026-01-01T00:00:00Z' });
    const contract = contractOf.get(event.type);
    expect(`${event.type}.json`).toBe(file);
    expect(contract?.parse(event).data).toEqual((JSON.parse(text) as { data: unknown }).data);
  });

  it.each([...samples])('%s is as it was published', (file, text) => {
    expect(sha256(text), 'a published sample never changes: raise the version of the message').toBe(hashes[file]);
  });

  it('are all still there', () => {
    expect(Object.keys(hashes).filter((file) => !samples.has(file))).toEqual([]);
  });

  it('are refused once a required field is taken away', () => {
    for (const text of samples.values()) {
      const event = parseEnvelope(JSON.parse(text), { time: '2026-01-01T00:00:00Z' });
      const contract = contractOf.get(event.type);
      const required = (contract?.schema as { required?: readonly string[] }).required ?? [];
      for (const field of required) {
        const data = { ...(event.data as Record<string, unknown>) };
        delete data[field];
        expect(() => contract?.parse({ ...event, data }), `${event.type} without ${field}`).toThrow(event.type);
      }
    }
  });
});
