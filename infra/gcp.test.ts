import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HubConfig } from '../shared/contracts/config-hub.ts';
import { journalPrefix } from '../shared/adapters/store-dynamodb/index.ts';
import { functionsOf } from './functions.ts';
import { environmentReadIn, federation, notSet, propertiesAt } from './homes.ts';
import { block, keysOf, readTerraform, stringsIn, valueOf } from './read-terraform.ts';

const source = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const blocks = readTerraform(new URL('gcp/', import.meta.url));
const locals = blocks.filter(({ kind }) => kind === 'locals').map(({ body }) => body);
const local = (name: string): string =>
  valueOf(locals.find((body) => new RegExp(`(?:^|\\n) *${name} *=`).test(body)) ?? '', name);
const fn = block(blocks, 'resource', 'google_cloudfunctions2_function', 'deployer');
const role = block(blocks, 'resource', 'google_project_iam_custom_role', 'deployer');

/** What IAM asks for, by the clients' calls. */
const permissionOf: Readonly<Record<string, string>> = {
  'services.getService': 'run.services.get',
  'services.listServices': 'run.services.list',
  'services.createService': 'run.services.create',
  'services.updateService': 'run.services.update',
  'services.deleteService': 'run.services.delete',
  'pools.getWorkerPool': 'run.workerpools.get',
  'pools.listWorkerPools': 'run.workerpools.list',
  'pools.createWorkerPool': 'run.workerpools.create',
  'pools.updateWorkerPool': 'run.workerpools.update',
  'pools.deleteWorkerPool': 'run.workerpools.delete',
  'revisions.getRevision': 'run.revisions.get',
};

describe('the Google Cloud home', () => {
  it('sets every variable that the function reads, and no other', () => {
    const read = environmentReadIn(['services/deployer-gcp', ...federation]);
    const set = keysOf(local('deployer_environment').replace(/^\{ for [^{]*/, '')).filter((name) =>
      name.startsWith('HOMEOSTASIS_'),
    );
    expect(set.filter((name) => !read.has(name))).toEqual([]);
    expect([...read].filter((name) => !set.includes(name) && notSet.gcp[name] === undefined)).toEqual([]);
    expect(Object.keys(notSet.gcp).filter((name) => set.includes(name))).toEqual([]);
  });

  it('allows what the deployer calls, and nothing else', () => {
    const text = source('services/deployer-gcp/gcp-api.ts');
    const calls = [...text.matchAll(/\b(services|pools|revisions)\.(\w+)\(/g)];
    const called = new Set(
      calls.map(([, client = '', call = '']) => `${client}.${call}`).filter((call) => !call.endsWith('.close')),
    );
    expect([...called].sort()).toEqual(Object.keys(permissionOf).sort());
    const granted = stringsIn(valueOf(role, 'permissions'));
    // Asked for when a service is to answer everybody, which is no call of its own.
    expect([...granted].sort()).toEqual([...Object.values(permissionOf), 'run.services.setIamPolicy'].sort());
    expect(valueOf(role, 'permissions')).toMatch(/var\.public \? \["run\.services\.setIamPolicy"\] : \[\]/);
  });

  it('grants no owner, editor or admin', () => {
    const roles = blocks.flatMap(({ body }) => stringsIn(body)).filter((text) => text.startsWith('roles/'));
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter((each) => /owner|editor|admin/i.test(each))).toEqual([]);
  });

  it('takes the relay’s role, and nobody else of that account', () => {
    const provider = block(blocks, 'resource', 'google_iam_workload_identity_pool_provider', 'relay');
    expect(valueOf(provider, 'attribute_condition')).toMatch(
      /^length\(local\.trusted_roles\) > 1 \? .+ : "assertion\.sub == '\$\{var\.relay_role_arn\}'"$/,
    );
    expect(valueOf(valueOf(provider, 'oidc'), 'issuer_uri')).toBe('var.hub_issuer');
    expect(local('trusted_roles')).toMatch(/^concat\(\[var\.relay_role_arn\], var\.standby_hub \? /);
    const trust = block(blocks, 'resource', 'google_service_account_iam_member', 'relay_is_role');
    expect(valueOf(trust, 'member')).toBe('"principal:${local.pool}/subject/${var.relay_role_arn}"');
    // The hub asks for tokens for remote.gcp.provider (infra/aws): the provider must take that very text.
    expect(valueOf(valueOf(provider, 'oidc'), 'allowed_audiences')).toMatch(/^\[local\.provider,/);
    expect(valueOf(valueOf(valueOf(local('hub'), 'remote'), 'gcp'), 'provider')).toBe('local.provider');
  });

  it('takes the roles of the hub’s keepers and front doors too, where the lease has its third place', () => {
    // infra/aws names a role <hub>-<function>, and the functions that ask for an identity there are these.
    expect(local('witness_roles')).toContain('["${hub}-lease", "${hub}-ingress"]');
    expect(local('witness_roles')).toContain('"${local.hub_roles}-standby"');
    expect(local('standby_relay')).toContain('-standby-relay"');
    const names = functionsOf({ standby: {} }).map(({ name }) => name);
    for (const name of ['lease', 'ingress', 'relay']) expect(names).toContain(name);
    const member = block(blocks, 'resource', 'google_storage_bucket_iam_member', 'witness');
    expect(valueOf(member, 'role')).toBe('"roles/storage.objectUser"');
    const keepers = block(blocks, 'resource', 'google_service_account_iam_member', 'keepers_are_witness');
    expect(valueOf(keepers, 'service_account_id')).toBe('google_service_account.witness[0].name');
    const bucket = block(blocks, 'resource', 'google_storage_bucket', 'witness');
    expect(stringsIn(valueOf(bucket, 'matches_prefix'))).toEqual([journalPrefix]);
    expect(valueOf(bucket, 'public_access_prevention')).toBe('"enforced"');
  });

  it('takes the role of cost where bills are named, for an account that may read those and nothing else', () => {
    expect(local('cost_roles')).toContain('"${local.hub_roles}-cost"');
    expect(local('cost_roles')).toContain('"${local.hub_roles}-standby-cost"');
    expect(functionsOf().map(({ name }) => name)).toContain('cost');
    const trust = block(blocks, 'resource', 'google_service_account_iam_member', 'cost_is_account');
    expect(valueOf(trust, 'service_account_id')).toBe('google_service_account.cost[0].name');
    expect(valueOf(trust, 'member')).toBe('"principal:${local.pool}/subject/${each.value}"');
    expect(valueOf(trust, 'for_each')).toBe('toset(local.cost_roles)');
    const given = blocks.filter(({ body }) => body.includes('google_service_account.cost[0].member'));
    expect(given.map(({ labels, body }) => [labels[0], valueOf(body, 'role')])).toEqual([
      ['google_storage_bucket_iam_member', '"roles/storage.objectViewer"'],
      ['google_bigquery_dataset_iam_member', '"roles/bigquery.dataViewer"'],
      ['google_project_iam_member', '"roles/bigquery.jobUser"'],
    ]);
    for (const name of ['bill_buckets', 'bill_datasets']) {
      expect(valueOf(block(blocks, 'variable', name), 'default')).toBe('[]');
    }
  });

  it('lets only the relay call, and only the function', () => {
    const invokers = blocks.filter(({ body }) => body.includes('"roles/run.invoker"'));
    expect(invokers).toHaveLength(1);
    const [{ body, labels } = { body: '', labels: [] }] = invokers;
    expect(labels[0]).toBe('google_cloud_run_v2_service_iam_member');
    expect(valueOf(body, 'member')).toBe('google_service_account.relay.member');
    expect(valueOf(body, 'name')).toBe('google_cloudfunctions2_function.deployer.name');
  });

  it('keeps no key, and lets the deployer read no secret', () => {
    expect(blocks.filter(({ labels }) => labels[0] === 'google_service_account_key')).toEqual([]);
    const readers = blocks.filter(({ body }) => body.includes('"roles/secretmanager.secretAccessor"'));
    expect(readers.map(({ body }) => valueOf(body, 'member'))).toEqual(['google_service_account.workloads.member']);
  });

  it('is the function that is packaged, under the name that it registers', () => {
    const build = valueOf(fn, 'build_config');
    const registered = /functionName = '([^']+)'/.exec(source('services/deployer-gcp/main.gcp.ts'))?.[1];
    expect(valueOf(build, 'entry_point')).toBe(`"${registered ?? ''}"`);
    const node = /engines: \{ node: '(\d+)' \}/.exec(source('scripts/package/other-clouds.ts'))?.[1];
    expect(valueOf(build, 'runtime')).toBe(`"nodejs${node ?? ''}"`);
    const file =
      stringsIn(valueOf(block(blocks, 'variable', 'package'), 'default'))[0]
        ?.split('/')
        .at(-1) ?? '';
    expect(source('scripts/package.ts')).toContain(file);
  });

  it('prints what the configuration takes', () => {
    const remote = valueOf(valueOf(local('hub'), 'remote'), 'gcp');
    expect([...keysOf(remote)].sort()).toEqual(Object.keys(propertiesAt(HubConfig, 'remote', 'gcp')).sort());
    const witness = valueOf(valueOf(local('standby'), 'witness'), 'gcp');
    const taken = propertiesAt(HubConfig, 'standby', 'witness', 'gcp');
    expect([...keysOf(witness)].sort()).toEqual(Object.keys(taken).sort());
    const bills = valueOf(local('bills'), 'gcp');
    expect(keysOf(bills)).toEqual(Object.keys(propertiesAt(HubConfig, 'bills', 'gcp')));
  });
});
