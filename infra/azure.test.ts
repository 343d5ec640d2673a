import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HubConfig } from '../shared/contracts/config-hub.ts';
import { journalPrefix } from '../shared/adapters/store-dynamodb/index.ts';
import { standbyName } from './aws/pair.ts';
import { functionsOf } from './functions.ts';
import { environmentReadIn, federation, notSet, propertiesAt } from './homes.ts';
import { block, keysOf, readTerraform, stringsIn, valueOf } from './read-terraform.ts';

const source = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const blocks = readTerraform(new URL('azure/', import.meta.url));
const locals = blocks.filter(({ kind }) => kind === 'locals').map(({ body }) => body);
const local = (name: string): string =>
  valueOf(locals.find((body) => new RegExp(`(?:^|\\n) *${name} *=`).test(body)) ?? '', name);
const app = block(blocks, 'resource', 'azurerm_function_app_flex_consumption', 'deployer');

/** What Azure Resource Manager asks for, by the client's calls. */
const actionOf: Readonly<Record<string, readonly string[]>> = {
  'containerApps.get': ['Microsoft.App/containerApps/read'],
  'containerApps.beginCreateOrUpdate': [
    'Microsoft.App/containerApps/write',
    // Of an app that names its environment, which each of ours does.
    'Microsoft.App/managedEnvironments/join/action',
  ],
  'containerApps.beginDelete': ['Microsoft.App/containerApps/delete'],
  'containerApps.listByResourceGroup': ['Microsoft.App/containerApps/read'],
  'containerAppsRevisions.getRevision': ['Microsoft.App/containerApps/revisions/read'],
  'containerAppsRevisionReplicas.listReplicas': ['Microsoft.App/containerApps/revisions/replicas/read'],
  'containers.get': ['Microsoft.ContainerInstance/containerGroups/read'],
  'containers.beginCreateOrUpdate': ['Microsoft.ContainerInstance/containerGroups/write'],
  'containers.update': ['Microsoft.ContainerInstance/containerGroups/write'],
  'containers.stop': ['Microsoft.ContainerInstance/containerGroups/stop/action'],
  'containers.beginDelete': ['Microsoft.ContainerInstance/containerGroups/delete'],
  'containers.listByResourceGroup': ['Microsoft.ContainerInstance/containerGroups/read'],
  'managedEnvironments.get': ['Microsoft.App/managedEnvironments/read'],
  'managedEnvironments.beginCreateOrUpdate': ['Microsoft.App/managedEnvironments/write'],
};

describe('the Azure home', () => {
  it('sets every variable that the function reads, and no other', () => {
    const read = environmentReadIn(['services/deployer-azure', ...federation]);
    const set = keysOf(local('deployer_settings').replace(/^\{ for [^{]*/, '')).filter((name) =>
      name.startsWith('HOMEOSTASIS_'),
    );
    expect(set.filter((name) => !read.has(name))).toEqual([]);
    expect([...read].filter((name) => !set.includes(name) && notSet.azure[name] === undefined)).toEqual([]);
    expect(Object.keys(notSet.azure).filter((name) => set.includes(name))).toEqual([]);
  });

  it('allows what the deployer calls, and nothing else', () => {
    const text = source('services/deployer-azure/azure-api.ts');
    const calls = [
      ...text.matchAll(/\b(?:apps\.|instances\.)?(containerApps\w*|managedEnvironments|containers)\.(\w+)\(/g),
    ];
    const called = new Set(calls.map(([, client = '', call = '']) => `${client}.${call}`));
    expect([...called].filter((call) => actionOf[call] === undefined)).toEqual([]);
    expect(Object.keys(actionOf).filter((call) => !called.has(call))).toEqual([]);
    const granted = stringsIn(local('deployer_actions'));
    expect([...granted].sort()).toEqual([...new Set(Object.values(actionOf).flat())].sort());
  });

  it('has no wildcard among its permissions', () => {
    const actions = blocks
      .filter(({ labels }) => labels[0] === 'azurerm_role_definition')
      .flatMap(({ body }) => stringsIn(valueOf(body, 'permissions')));
    expect([...actions, ...stringsIn(local('deployer_actions'))].filter((action) => action.includes('*'))).toEqual([]);
  });

  it('takes the relay’s role, for the audience that the relay asks for', () => {
    const trust = block(blocks, 'resource', 'azurerm_federated_identity_credential', 'relay');
    expect(valueOf(trust, 'issuer')).toBe('var.hub_issuer');
    expect(valueOf(trust, 'subject')).toBe('var.relay_role_arn');
    const [audience = ''] = stringsIn(valueOf(trust, 'audience'));
    expect(source('infra/aws/witness.ts')).toContain(`'${audience}'`);
  });

  it('takes the roles of the hub’s keepers and front doors too, where the lease has its third place', () => {
    const roles = stringsIn(local('witness_roles')).filter((each) => each !== '');
    const named = ['lease', 'ingress'].flatMap((name) => [name, `${standbyName('')}-${name}`.slice(1)]);
    expect([...roles].sort()).toEqual(named.sort());
    const names = functionsOf({ standby: {} }).map(({ name }) => name);
    for (const name of ['lease', 'ingress', 'relay']) expect(names).toContain(name);
    const trust = block(blocks, 'resource', 'azurerm_federated_identity_credential', 'witness');
    expect(valueOf(trust, 'parent_id')).toBe('azurerm_user_assigned_identity.witness[0].id');
    // The deployer's host may write all of the function's account.
    const container = block(blocks, 'resource', 'azurerm_storage_container', 'witness');
    expect(valueOf(container, 'storage_account_id')).toBe('azurerm_storage_account.witness[0].id');
    const grant = block(blocks, 'resource', 'azurerm_role_assignment', 'witness');
    expect(valueOf(grant, 'scope')).toBe('azurerm_storage_container.witness[0].id');
    const account = block(blocks, 'resource', 'azurerm_storage_account', 'witness');
    expect(valueOf(account, 'shared_access_key_enabled')).toBe('false');
    const policy = block(blocks, 'resource', 'azurerm_storage_management_policy', 'witness');
    expect(valueOf(policy, 'prefix_match')).toContain(`/${journalPrefix}"`);
  });

  it('takes the role of cost where bills are named, for an identity that may read those and nothing else', () => {
    expect(stringsIn(local('cost_roles'))).toEqual(['cost', 'standby-cost']);
    expect(functionsOf().map(({ name }) => name)).toContain('cost');
    expect(`${standbyName('')}-cost`.slice(1)).toBe('standby-cost');
    const trust = block(blocks, 'resource', 'azurerm_federated_identity_credential', 'cost');
    expect(valueOf(trust, 'for_each')).toBe('local.cost_roles');
    expect(valueOf(trust, 'parent_id')).toBe('azurerm_user_assigned_identity.cost[0].id');
    expect(valueOf(trust, 'subject')).toBe('each.value');
    const given = blocks.filter(({ body }) => body.includes('azurerm_user_assigned_identity.cost[0].principal_id'));
    const rights = given.map(({ body }) => [valueOf(body, 'for_each'), valueOf(body, 'role_definition_name')]);
    expect(rights).toEqual([
      ['toset(var.bill_container_ids)', '"Storage Blob Data Reader"'],
      ['toset(var.cost_scopes)', '"Cost Management Reader"'],
    ]);
    for (const { body } of given) expect(valueOf(body, 'scope')).toBe('each.value');
    for (const name of ['bill_container_ids', 'cost_scopes']) {
      expect(valueOf(block(blocks, 'variable', name), 'default')).toBe('[]');
    }
  });

  it('lets nobody in without a token of the relay', () => {
    const auth = valueOf(app, 'auth_settings_v2');
    expect(valueOf(auth, 'auth_enabled')).toBe('true');
    expect(valueOf(auth, 'require_authentication')).toBe('true');
    expect(valueOf(auth, 'unauthenticated_action')).toBe('"Return401"');
    const directory = valueOf(auth, 'active_directory_v2');
    expect(valueOf(directory, 'allowed_applications')).toBe('[azurerm_user_assigned_identity.relay.client_id]');
    expect(valueOf(directory, 'allowed_identities')).toBe('[azurerm_user_assigned_identity.relay.principal_id]');
    for (const name of ['deployer', 'hub']) {
      const principal = block(blocks, 'resource', 'azuread_service_principal', name);
      expect(valueOf(principal, 'app_role_assignment_required')).toBe('true');
    }
  });

  it('keeps no key and no password anywhere', () => {
    const text = blocks.map(({ body }) => body).join('\n');
    expect(text).not.toMatch(/access_key\s*=|primary_(?:access_key|connection_string)|client_secret|_password/);
    const storage = block(blocks, 'resource', 'azurerm_storage_account', 'function');
    expect(valueOf(storage, 'shared_access_key_enabled')).toBe('false');
    expect(valueOf(app, 'webdeploy_publish_basic_authentication_enabled')).toBe('false');
  });

  it('is the function that is packaged, under the address that it registers', () => {
    const route = /route: '([^']+)'/.exec(source('services/deployer-azure/main.azure.ts'))?.[1] ?? '(none)';
    expect(valueOf(local('hub'), 'url')).toBeDefined();
    expect(local('hub')).toContain(`/api/${route}"`);
    const file =
      stringsIn(valueOf(block(blocks, 'variable', 'package'), 'default'))[0]
        ?.split('/')
        .at(-1) ?? '';
    expect(source('scripts/package.ts')).toContain(file);
    const versions = stringsIn(valueOf(block(blocks, 'variable', 'node_version'), 'default'));
    expect(source('scripts/package/bundle.ts')).toContain(`target: 'node${versions[0] ?? ''}'`);
  });

  it('prints what the configuration takes', () => {
    const remote = valueOf(valueOf(local('hub'), 'remote'), 'azure');
    expect([...keysOf(remote)].sort()).toEqual(Object.keys(propertiesAt(HubConfig, 'remote', 'azure')).sort());
    const witness = valueOf(valueOf(local('standby'), 'witness'), 'azure');
    const taken = propertiesAt(HubConfig, 'standby', 'witness', 'azure');
    expect([...keysOf(witness)].sort()).toEqual(Object.keys(taken).sort());
    const bills = valueOf(local('bills'), 'azure');
    expect(keysOf(bills)).toEqual(Object.keys(propertiesAt(HubConfig, 'bills', 'azure')));
    const [issuer] = /\{[^]*?\n\s*\}\]/.exec(valueOf(local('hub'), 'issuers')) ?? [''];
    expect([...keysOf(issuer)].sort()).toEqual(['audiences', 'name', 'url']);
  });
});
