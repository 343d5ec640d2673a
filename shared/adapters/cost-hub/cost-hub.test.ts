import { describe, expect, it } from 'vitest';
import type { BillSourceConfig } from '../../contracts/config-bills.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { billIdentities, hubBillSources, hubLedger } from './index.ts';

const identity = { azure: { tenant: 't', client: 'c' }, gcp: { provider: '//iam/p', serviceAccount: 's@p' } };
const secrets: Secrets = {
  check(source) {
    if ('environment' in source) throw new Error(`the environment variable ${source.environment} is not set`);
  },
  read: () => Promise.resolve([]),
};
const of = (config: BillSourceConfig, identities: Partial<typeof identity> = {}) =>
  hubBillSources([config], { identities, secrets, bucket: 'hub' });

const elsewhere: readonly (readonly [BillSourceConfig, 'azure' | 'gcp'])[] = [
  [{ name: 'blob', kind: 'azure-blob', url: 'https://b.blob.core.windows.net', container: 'focus' }, 'azure'],
  [{ name: 'cost', kind: 'azure-cost', scope: '/subscriptions/1' }, 'azure'],
  [{ name: 'bucket', kind: 'gcs', bucket: 'focus' }, 'gcp'],
  [{ name: 'export', kind: 'bigquery', project: 'p', dataset: 'd', table: 't' }, 'gcp'],
];

describe('sources of bills on the hub', () => {
  it.each(elsewhere)(
    'in another cloud are refused at the start where nothing there trusts the hub: %o',
    (config, cloud) => {
      expect(() => of(config)).toThrow(new RegExp(`cost.bills ${config.name} .*hub.remote.${cloud}`));
      expect(of(config, { [cloud]: identity[cloud] }).map(({ name }) => name)).toEqual([config.name]);
    },
  );

  it('cannot be folders', () => {
    expect(() => of({ name: 'disk', kind: 'file', path: '/bills' })).toThrow(/cost\.bills disk is a folder.*kind s3/);
  });

  it('need nobody’s trust with a signature of their own, or in AWS', () => {
    const url = 'https://b.blob.core.windows.net';
    const signed = { name: 'signed', kind: 'azure-blob', url, container: 'focus' } as const;
    expect(of({ ...signed, sas: { secretsManager: 'prod/bills' } })).toHaveLength(1);
    expect(() => of({ ...signed, sas: { environment: 'BILLS_SAS' } })).toThrow(
      'cost.bills signed, sas: the environment variable BILLS_SAS is not set',
    );
    expect(of({ name: 'ours', kind: 's3', bucket: 'b', region: 'eu-west-1' })).toHaveLength(1);
    expect(of({ name: 'explorer', kind: 'cost-explorer', account: '1' })).toHaveLength(1);
  });

  it('that are cost APIs list their months without asking, or paying, anybody', async () => {
    const [explorer] = of({ name: 'explorer', kind: 'cost-explorer', account: '1' });
    const files = await explorer?.list(new Date('2026-11-21T12:00:00Z'));
    expect(files?.map(({ location }) => location)).toEqual(['2026-10', '2026-11']);
  });
});

describe('who reads bills in another cloud', () => {
  it('is what hub.bills names, and else what commands the deployer there', () => {
    expect(billIdentities({ remote: identity })).toEqual(identity);
    const bills = { azure: { client: 'reader' }, gcp: { serviceAccount: 'reader@p' } };
    expect(billIdentities({ remote: identity, bills })).toEqual({
      azure: { tenant: 't', client: 'reader' },
      gcp: { provider: '//iam/p', serviceAccount: 'reader@p' },
    });
  });

  it('is nobody where hub.remote does not say who is trusted', () => {
    expect(billIdentities({ bills: { azure: { client: 'reader' } } })).toEqual({});
  });
});

it('the ledger asks nobody about nothing', async () => {
  const ledger = hubLedger({ bucket: 'hub', folder: '/nowhere', clock: { now: () => 0 } });
  expect([await ledger.sums([], { by: [] }), await ledger.lines([], {})]).toEqual([[], []]);
  await ledger.drop([]);
  await ledger.close();
});
