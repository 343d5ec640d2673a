import { describe, expect, it } from 'vitest';
import { checkConfig } from './check.ts';

const blob = (changes: object) => ({
  ...{ name: 'azure', kind: 'azure-blob', url: 'https://bills.blob.core.windows.net', container: 'focus' },
  ...changes,
});
const found = (...bills: readonly object[]) =>
  checkConfig({ cost: { bills } }).findings.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a source of bills', () => {
  it('is judged as the kind that it says it is', () => {
    expect(found({ name: 'aws', kind: 's3', bucket: 'focus' })).toEqual(['cost.bills.0.region: is missing']);
    expect(found(blob({ region: 'eu' }))).toEqual(['cost.bills.0.region: unknown key']);
  });

  it('of a kind that there is not is told the kinds, and the nearest', () => {
    const { findings } = checkConfig({ cost: { bills: [{ name: 'aws', kind: 'azureblob', bucket: 'focus' }] } });
    expect(findings).toEqual([
      expect.objectContaining({ path: ['cost', 'bills', 0, 'kind'], found: 'azureblob', suggestion: 'azure-blob' }),
    ]);
    expect(findings[0]?.allowed).toContain('bigquery');
    expect(found({ name: 'aws', bucket: 'focus' })).toEqual(['cost.bills.0.kind: is missing']);
  });

  it.each([
    ['budgets', [{ name: 'b', amount: 1, webhook: { url: 'https://w', token: 'hunter2hunter2' } }]],
    ['prices', { sources: { gcp: { apiKey: 'hunter2hunter2' } } }],
  ])('and other parts of %s show no secret that is written down', (part, value) => {
    const { findings } = checkConfig({ cost: { [part]: value } });
    expect(findings.map(({ message }) => message)).toEqual([expect.stringMatching(/^a secret is never in this file/)]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('a blob container of bills', () => {
  it('is taken as an account and a container, with the place of a signature or without', () => {
    expect(
      found(
        blob({}),
        blob({ url: 'http://127.0.0.1:10000/devstoreaccount1', prefix: 'focus/' }),
        blob({ sas: { secretsManager: 'prod/bills', field: 'sas' } }),
        blob({ sas: { environment: 'BILLS_SAS' } }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['a signature', '?sv=2024-11-04&sp=rl&sig=hunter2hunter2', /a shared access signature is a secret/],
    ['a signature by another name', '/?SIG=hunter2hunter2', /nothing behind or before it/],
    ['anything behind a number sign', '/#hunter2hunter2', /nothing behind or before it/],
  ])('with %s in its address is refused without showing it, and the way out is told', (_, behind, message) => {
    const text = found(blob({}), blob({ url: `https://bills.blob.core.windows.net${behind}` })).join('\n');
    expect(text).toMatch(/^cost\.bills\.1\.url: /);
    expect(text).toMatch(message);
    expect(text).toMatch(/Storage Blob Data Reader.*sas: \{ secretsManager/);
    expect(JSON.stringify(checkConfig({ cost: { bills: [blob({ url: `https://b${behind}` })] } }))).not.toContain(
      'hunter2',
    );
  });

  it('with a password in its address, or with none at all, is refused', () => {
    expect(found(blob({ url: 'https://a:hunter2@b.blob.core.windows.net' }))).toEqual([
      expect.stringMatching(/nothing behind or before it/),
    ]);
    expect(found(blob({ url: 'https://[' }))).toEqual(['cost.bills.0.url: this is no URL']);
  });

  it('with a signature where its place should be is refused, and no text of it is shown', () => {
    const { findings } = checkConfig({ cost: { bills: [blob({ sas: '?sig=hunter2hunter2' })] } });
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).toMatch(/a secret is never in this file.*secretsManager/);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});
