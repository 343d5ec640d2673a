import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue, places } from '../../shared/catalogue/index.ts';
import { defaultSettings } from '../../shared/domain/settings/index.ts';
import { knownWorld } from '../../shared/domain/spec/index.ts';
import type { CliError } from '../exit.ts';
import { exitCode } from '../exit.ts';
import type { Environment } from './environment.ts';
import { loadConfig } from './load.ts';

const known = knownWorld(catalogue, places);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string | undefined, environment: Environment = {}) {
  const file = join(folder, 'homeostasis.yaml');
  if (text === undefined) rmSync(file, { force: true });
  else writeFileSync(file, text);
  return loadConfig({ folder, environment, known });
}

function complaint(text: string | undefined, environment: Environment = {}): string {
  try {
    load(text, environment);
  } catch (error) {
    expect((error as CliError).code).toBe(exitCode.badInput);
    return (error as CliError).message;
  }
  return '';
}

describe('configuration', () => {
  it('needs no file: everything has its default', () => {
    expect(load(undefined)).toEqual({ settings: defaultSettings });
    expect(load('# nothing set\n').settings).toEqual(defaultSettings);
  });

  it('reads the file in the folder and fills in the rest', () => {
    const { settings, file } = load(
      'placement:\n  thresholds: { cost: 0.3 }\nserver:\n  port: 0\n  gatewayPort: 9000\n',
    );
    expect(file).toBe('homeostasis.yaml');
    expect(settings.placement).toEqual({ ...defaultSettings.placement, thresholds: { cost: 0.3, performance: 0.2 } });
    expect(settings.server).toMatchObject({ host: '127.0.0.1', port: 0, gatewayPort: 9000 });
    expect(settings.traffic.urlTemplate).toBe('http://{service}.{application}.localhost:9000');
  });

  it('takes written clouds for real ones, and only those', () => {
    const { clouds, sandbox } = load('clouds:\n  aws: { account: "123456789012", regions: [eu-west-1] }\n').settings;
    expect([clouds.aws.enabled, clouds.azure.enabled, clouds.gcp.enabled, sandbox.enabled]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(clouds.aws).toMatchObject({ account: '123456789012', cluster: 'homeostasis', regions: ['eu-west-1'] });
    expect(load('clouds: { gcp: {} }\nsandbox: { enabled: true }\n').settings.sandbox.enabled).toBe(true);
  });

  it('hands the rules of the hub on as they are', () => {
    const rules = [
      {
        repository: 'acme/shop',
        repositoryId: '42',
        context: 'environment:*',
        may: ['publish'],
        applications: ['shop-*'],
      },
      { subject: 'repo:acme/*', may: ['read'] },
      { subject: 'repo:acme@1/shop@2:*', may: ['read', 'operate'] },
    ];
    const access = [{ issuer: 'https://token.actions.githubusercontent.com', rules }];
    expect(load(JSON.stringify({ hub: { access } })).settings.hub).toEqual({ access });
  });

  it('lets the environment override the file', () => {
    const environment = { HOMEOSTASIS_PORT: '5000', HOMEOSTASIS_SANDBOX_SPEED: 'instant', HOMEOSTASIS_HOST: '' };
    const { server, sandbox } = load('server: { port: 4000, host: 0.0.0.0 }\n', environment).settings;
    expect([server.port, server.host, sandbox.speed]).toEqual([5000, '0.0.0.0', 'instant']);
  });

  it.each([
    [
      'clouds:\n  aws:\n    regionz: []\n',
      'homeostasis.yaml:3:5: clouds.aws.regionz: unknown key (did you mean "regions"?)',
    ],
    [
      'server:\n  port: 70000\n',
      'homeostasis.yaml:2:9: server.port: found 70000; allowed: a whole number from 0 to 65535',
    ],
    ['server:\n  port: 1\nserver:\n  port: 2\n', 'homeostasis.yaml:3:1: server: the key stands here twice'],
    [
      'placement:\n  preset: cheap\n',
      'homeostasis.yaml:2:11: placement.preset: found "cheap"; allowed: balanced, cost-optimized, performance-optimized, compliance-first',
    ],
    [
      'clouds:\n  aws:\n    account: 123456789012\n',
      'homeostasis.yaml:3:14: clouds.aws.account: found 123456789012; allowed: text (put it in quotes)',
    ],
    [
      'clouds:\n  aws: {}\n  azure:\n    clientSecret: x\n',
      'homeostasis.yaml:4:5: clouds.azure.clientSecret: unknown key; secrets are never in this file, each SDK finds its own credentials',
    ],
    [
      'clouds:\n  aws: { enabled: false }\n',
      'homeostasis.yaml:2:3: clouds: no cloud is enabled; allowed: aws: {}, azure: {}, gcp: {}',
    ],
    [
      'placement:\n  weights: { cost: 0, performance: 0, compliance: 0, reliability: 0 }\n',
      'homeostasis.yaml:2:12: placement.weights: all weights are 0: nothing would tell two places apart',
    ],
    [
      'monitor: { observeInitialMs: 500, observeMaxMs: 100 }\n',
      'homeostasis.yaml:1:49: monitor.observeMaxMs: 100 is less than observeInitialMs 500',
    ],
    [
      'hub: { access: [{ issuer: "https://i.example", rules: [{ may: [read] }] }] }\n',
      'homeostasis.yaml:1:56: hub.access[0].rules[0]: needs either subject or repository: who is it about?',
    ],
    [
      'hub: { access: [{ issuer: "https://i.example", rules: [{ subject: a, repository: a/b, may: [read] }] }] }\n',
      'homeostasis.yaml:1:56: hub.access[0].rules[0]: needs either subject or repository: who is it about?',
    ],
    [
      'hub: { access: [{ issuer: "https://i.example", rules: [{ subject: a, context: x, may: [read] }] }] }\n',
      'homeostasis.yaml:1:56: hub.access[0].rules[0]: repositoryId and context say more about repository: put that in place of subject',
    ],
    [
      'hub: { access: [{ issuer: "https://i.example", rules: [{ subject: a, may: [report] }] }] }\n',
      'homeostasis.yaml:1:56: hub.access[0].rules[0]: report needs cloud: a deployer speaks for its own only',
    ],
    [
      'hub: { access: [{ issuer: "https://i.example", rules: [{ subject: a, may: [read], cloud: gcp }] }] }\n',
      'homeostasis.yaml:1:56: hub.access[0].rules[0]: cloud is for report, which may lacks',
    ],
    [
      'hub: { access: [{ issuer: "https://accounts.google.com", rules: [{ subject: "1*", may: [read] }] }] }\n',
      'homeostasis.yaml:1:77: hub.access[0].rules[0].subject: "1*" must begin with the whole number: any Google account has tokens of this issuer',
    ],
    [
      'hub: { access: [{ issuer: "https://token.actions.githubusercontent.com", rules: [{ subject: "repo:acme*", may: [read] }] }] }\n',
      'homeostasis.yaml:1:93: hub.access[0].rules[0].subject: "repo:acme*" must begin with repo:owner/… (or give repository): any repository on GitHub has tokens of this issuer',
    ],
    ['a: 1\n---\nb: 2\n', 'homeostasis.yaml:3:1: a second document; the configuration is one'],
    [
      'placement: [',
      'homeostasis.yaml:1:13: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('refuses %j', (text, expected) => {
    expect(complaint(text)).toBe(expected);
  });

  it('knows regions and targets', () => {
    expect(complaint('clouds:\n  aws:\n    regions: [eu-wst-1]\n')).toMatch(
      /^homeostasis\.yaml:3:15: clouds\.aws\.regions\[0\]: "eu-wst-1" is not a region of aws .*did you mean "eu-west-1"/,
    );
    expect(complaint('placement:\n  quotas:\n    aws/eu-west-1/fargat: 4\n')).toMatch(
      /^homeostasis\.yaml:3:5: placement\.quotas\["aws\/eu-west-1\/fargat"\]: "fargat" is not a known runtime; allowed: /,
    );
    expect(complaint('placement:\n  quotas:\n    aws/mars-1/fargate: 4\n')).toContain(
      'aws/mars-1 is not a known region',
    );
  });

  it('says which variable is wrong', () => {
    expect(complaint(undefined, { HOMEOSTASIS_PORT: 'http' })).toBe(
      'HOMEOSTASIS_PORT: server.port: found "http"; allowed: a whole number from 0 to 65535',
    );
  });

  it('wants a file that was asked for', () => {
    const file = join(folder, 'absent.yaml');
    expect(() => loadConfig({ file, folder, environment: {} })).toThrow(`cannot read the configuration ${file}`);
    expect(() => loadConfig({ folder, environment: { HOMEOSTASIS_CONFIG: file } })).toThrow(file);
  });

  it('answers any text with settings or with lines that name the file', () => {
    const keys = fc.constantFrom('clouds', 'placement', 'server', 'sandbox', 'tiers', 'port', 'aws', 'regions', 'x');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(keys, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    const text = fc.oneof(
      fc.string(),
      value.map((each) => JSON.stringify(each)),
    );
    fc.assert(
      fc.property(text, (each) => {
        const said = complaint(each);
        for (const line of said === '' ? [] : said.split('\n')) expect(line).toMatch(/^homeostasis\.yaml:\d+:\d+: /);
      }),
      { numRuns: 300 },
    );
  });
});
