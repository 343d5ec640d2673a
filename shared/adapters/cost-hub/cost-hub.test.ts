import { describe, expect, it } from 'vitest';
import type { BillSourceConfig } from '../../contracts/config-cost.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { hubBillSources, hubLedger, priceLists } from './index.ts';

const identity = { azure: { tenant: 't', client: 'c' }, gcp: { provider: '//iam/p', serviceAccount: 's@p' } };
const of = (config: BillSourceConfig, remote: Partial<typeof identity> = {}) =>
  hubBillSources([config], { remote, bucket: 'hub' });

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
      expect(() => of(config)).toThrow(new RegExp(`cost.bills ${config.name}: .*hub.remote.${cloud}`));
      expect(of(config, { [cloud]: identity[cloud] }).map(({ name }) => name)).toEqual([config.name]);
    },
  );

  it('cannot be folders', () => {
    expect(() => of({ name: 'disk', kind: 'file', path: '/bills' })).toThrow(/cost\.bills disk: .*kind s3/);
  });

  it('need nobody’s trust with a signature in their address, or in AWS', () => {
    const url = 'https://b.blob.core.windows.net?sig=x';
    expect(of({ name: 'signed', kind: 'azure-blob', url, container: 'focus' })).toHaveLength(1);
    expect(of({ name: 'ours', kind: 's3', bucket: 'b', region: 'eu-west-1' })).toHaveLength(1);
    expect(of({ name: 'explorer', kind: 'cost-explorer', account: '1' })).toHaveLength(1);
  });

  it('that are cost APIs list their months without asking, or paying, anybody', async () => {
    const [explorer] = of({ name: 'explorer', kind: 'cost-explorer', account: '1' });
    const files = await explorer?.list(new Date('2026-11-21T12:00:00Z'));
    expect(files?.map(({ location }) => location)).toEqual(['2026-10', '2026-11']);
  });
});

describe('price lists', () => {
  const secrets: Secrets = { check: () => undefined, read: () => Promise.resolve(['new', 'old']) };
  const lists = (sources: Parameters<typeof priceLists>[0], given = secrets) =>
    priceLists(sources, { secrets: given, now: () => 0 }).map(({ cloud }) => cloud);

  it('are those that are configured and not switched off', () => {
    expect(lists({})).toEqual([]);
    expect(lists({ aws: {}, azure: { enabled: false }, gcp: { enabled: true } })).toEqual(['aws', 'gcp']);
  });

  it('tell at the start of a key that nobody can have', () => {
    const none: Secrets = {
      ...secrets,
      check() {
        throw new Error('the file /nowhere cannot be read');
      },
    };
    expect(() => lists({ gcp: { apiKey: { file: '/nowhere' } } }, none)).toThrow(
      'cost.prices.sources.gcp.apiKey: the file /nowhere cannot be read',
    );
  });
});

it('the ledger asks nobody about nothing', async () => {
  const ledger = hubLedger({ bucket: 'hub', folder: '/nowhere', clock: { now: () => 0 } });
  expect([await ledger.sums([], { by: [] }), await ledger.lines([], {})]).toEqual([[], []]);
  await ledger.drop([]);
  await ledger.close();
});
