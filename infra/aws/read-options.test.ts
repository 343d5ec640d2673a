import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Compile } from 'typebox/compile';
import { HubConfig } from '../../shared/contracts/config-hub.ts';
import { signedInTo } from './cost-options.ts';
import { options } from './fixtures.ts';
import { readOptions } from './read-options.ts';

const { issuers, zone, remote } = options;
const base = { name: 'homeostasis', region: 'eu-west-1', issuers, zone, remote };
const witness = { gcp: { bucket: 'votes' } };
const standby = { region: 'eu-central-1', witness };

let packages = '';
beforeAll(() => {
  packages = mkdtempSync(join(tmpdir(), 'homeostasis-options-'));
  mkdirSync(join(packages, 'ingress'));
});
afterAll(() => rmSync(packages, { recursive: true }));

function read(
  hub: object,
  { prometheus, ...more }: { readonly prometheus?: object[]; readonly hooks?: object[]; readonly cost?: object } = {},
) {
  const monitor = { reconcileSeconds: 60, metrics: { prometheus: prometheus ?? [] } };
  const packaged = { hub, clouds: { aws: { enabled: true, cluster: 'c' } }, monitor, ...more };
  writeFileSync(join(packages, 'ingress', 'homeostasis.json'), JSON.stringify(packaged));
  return readOptions(packages);
}

describe('the options of a hub', () => {
  it('are what was packaged', () => {
    expect(read(base)).toEqual({ reconcileSeconds: 60, options: { ...base, deployerAws: { cluster: 'c' } } });
  });

  it('name the secrets that each function reads, once', () => {
    const secret = (secretsManager: string) => ({ secretsManager, field: 'token' });
    const hooks = [
      { name: 'a', authentication: { type: 'bearer', token: secret('prod/hooks') } },
      { name: 'b', authentication: { type: 'basic', username: 'secretsManager', password: secret('prod/hooks') } },
      { name: 'c', authentication: { type: 'hmac', header: 'x', secret: { secretsManager: 'grafana' } } },
      { name: 'd', authentication: { type: 'query', parameter: 'code', token: { environment: 'T' } } },
    ];
    const prometheus = [{ name: 'p', url: 'https://p', authentication: { type: 'bearer', token: secret('prom') } }];
    expect(read(base, { hooks, prometheus }).options.secrets).toEqual({
      ingress: ['grafana', 'prod/hooks'],
      monitor: ['prom'],
      cost: [],
    });
  });

  it('say where bills and prices come from, and whose secrets that takes', () => {
    const sas = { secretsManager: 'prod/bills' };
    const bills = [
      { name: 'b', kind: 's3', bucket: 'bills', region: 'eu-west-1' },
      { name: 'c', kind: 'azure-blob', url: 'https://b.blob.core.windows.net', container: 'focus', sas },
    ];
    const budgets = [{ name: 'm', webhook: { url: 'https://w', token: { secretsManager: 'finops' } } }];
    const prices = { refreshHours: 6, sources: { gcp: { apiKey: { secretsManager: 'google' } } } };
    const { cost, secrets } = read(base, { cost: { sweepHours: 12, prices, bills, budgets } }).options;
    expect(cost).toEqual({ sweepHours: 12, priceRefreshHours: 6, awsPrices: false, bills });
    expect(secrets?.cost).toEqual(['finops', 'google', 'prod/bills']);
    const off = { refreshHours: 6, sources: { aws: { enabled: false } } };
    expect(read(base, { cost: { prices: off } }).options.cost).toEqual({ sweepHours: 24, awsPrices: false, bills: [] });
  });

  it('refuse bills that the hub could not read, before it is deployed', () => {
    const blob = { name: 'b', kind: 'azure-blob', url: 'https://b.blob.core.windows.net', container: 'focus' };
    const asked = (bill: object, among: object = {}) => read({ ...base, remote: among }, { cost: { bills: [bill] } });
    expect(() => asked(blob)).toThrow('cost.bills b is in azure, and hub.remote.azure is missing');
    expect(() => asked({ name: 'g', kind: 'gcs', bucket: 'focus' })).toThrow('hub.remote.gcp is missing');
    expect(() => asked({ name: 'f', kind: 'file', path: '/bills' })).toThrow('cost.bills f is a folder');
    const signed = { ...blob, sas: { secretsManager: 'prod/bills' } };
    expect(asked(signed).options.cost?.bills).toEqual([signed]);
    expect(signedInTo([signed as never])).toEqual([]);
    expect(asked(blob, remote).options.cost?.bills).toEqual([blob]);
    expect(signedInTo([blob as never])).toEqual(['azure']);
  });

  it.each([
    [{ ...base, issuers: [] }, /hub\.issuers is empty: name at least one/],
    [{ ...base, zone: undefined }, /hub\.zone is missing: name the Route 53 zone/],
  ])('are refused by key', (hub, message) => {
    expect(() => read(hub)).toThrow(message);
  });

  it('say what to run when nothing was packaged', () => {
    expect(() => readOptions(join(packages, 'absent'))).toThrow(/run "npm run package/);
  });
});

describe('hub.standby', () => {
  it('is taken, with the cloud of the witness named', () => {
    const name = 'hub.apps.example.com';
    const given = { ...standby, name };
    expect(read({ ...base, standby: given }).options.standby).toEqual({
      region: 'eu-central-1',
      witness: { cloud: 'gcp', bucket: 'votes' },
      name,
    });
    const azure = { account: 'votes', container: 'lease', client: 'w' };
    expect(read({ ...base, standby: { ...standby, witness: { azure } } }).options.standby?.witness).toEqual({
      cloud: 'azure',
      ...azure,
    });
  });

  it.each([
    ['no first region', { ...base, region: undefined, standby }, /hub\.standby needs hub\.region/],
    [
      'one region twice',
      { ...base, standby: { ...standby, region: 'eu-west-1' } },
      /hub\.standby\.region is eu-west-1, and so is hub\.region: .*another region/,
    ],
    [
      'a witness that nobody signs in to',
      { ...base, remote: { azure: remote.azure }, standby },
      /hub\.standby\.witness is in gcp, and hub\.remote\.gcp is missing: .*infra\/gcp/,
    ],
    [
      'a name in another zone',
      { ...base, standby: { ...standby, name: 'hub.example.org' } },
      /hub\.standby\.name is hub\.example\.org, which is not in hub\.zone \(apps\.example\.com\).*hub\.apps\.example\.com/,
    ],
    [
      'a name that no bucket can have',
      { ...base, name: 'Homeostasis', standby },
      /hub\.name is "Homeostasis": with hub\.standby .*lower-case/,
    ],
    ['a name that is too long', { ...base, name: 'h'.repeat(28), standby }, /at most 27 lower-case/],
  ])('is refused with %s, by key and with what to do', (_, hub, message) => {
    expect(() => read(hub)).toThrow(message);
  });

  it('has one witness, in homeostasis.yaml already', () => {
    const config = Compile(HubConfig);
    expect(config.Check({ standby })).toBe(true);
    const both = { ...witness, azure: { account: 'votes', container: 'lease' } };
    for (const wrong of [{}, both]) expect(config.Check({ standby: { ...standby, witness: wrong } })).toBe(false);
    expect(config.Check({ standbyRegion: 'eu-central-1' })).toBe(false);
  });
});
