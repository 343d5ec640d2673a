/**
 * What Terraform and tflint say of infra/azure and infra/gcp. Validating against the clouds' providers needs the providers, which come
 * from Terraform's registry: where that cannot be reached, it is said.
 */
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectations, type Stage, type Tally } from './check.ts';
import { must, root, run, type Variables } from './command.ts';

const homes = ['azure', 'gcp'] as const;
type Home = (typeof homes)[number];

const hub = 'https://abc.execute-api.eu-west-1.amazonaws.com';

/** Values that a variable must refuse: what somebody would write by mistake. */
const refused: Readonly<Record<Home, Readonly<Record<string, unknown>>>> = {
  azure: {
    subscription_id: 'my-subscription',
    location: 'North Europe',
    name: 'Homeostasis',
    regions: [],
    hub_issuer: 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws/',
    relay_role_arn: 'arn:aws:sts::123456789012:assumed-role/homeostasis-relay/x',
    reports_url: `${hub}/azure`,
    witness: true,
    witness_replication: 'GRS',
    bill_container_ids: ['https://mybills.blob.core.windows.net/focus'],
    cost_scopes: ['00000000-0000-4000-8000-000000000001'],
    key_vault_id: 'https://shop.vault.azure.net',
    container_registry_ids: ['shop.azurecr.io'],
    node_version: '20',
    maximum_instances: 0,
    instance_memory_mb: 1024,
  },
  gcp: {
    project: '123456789012',
    location: 'EU',
    regions: ['Belgium'],
    hub_issuer: 'https://sts.amazonaws.com',
    relay_role_arn: `arn:aws:iam::123456789012:role/${'deep/'.repeat(20)}homeostasis-relay`,
    witness: true,
    reports_url: 'http://hub.example/v1/events',
    bill_buckets: ['gs://my-billing-focus'],
    bill_datasets: ['focus'],
    remote_repositories: { 'ghcr.io': 'gcr.io/my-project/ghcr' },
    secrets: ['shop/payment'],
    other_runtime_accounts: ['me@example.com'],
    concurrency: 0,
  },
};

const quiet: Variables = { TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' };

/** Variables alone need no provider, so their rules are Terraform's own to judge. */
async function variablesOf(home: Home, stage: Stage): Promise<string> {
  const folder = join(stage.folder, `${home}-variables`);
  mkdirSync(folder);
  copyFileSync(join(root, 'infra', home, 'variables.tf'), join(folder, 'variables.tf'));
  copyFileSync(join(root, 'infra', home, 'terraform.tfvars.example'), join(folder, 'terraform.tfvars'));
  await must(stage, ['terraform', `-chdir=${folder}`, 'init', '-input=false', '-no-color'], quiet);
  return folder;
}

const plan = (folder: string): string[] => [
  'terraform',
  `-chdir=${folder}`,
  'plan',
  '-input=false',
  '-no-color',
  '-lock=false',
];

async function refuse(folder: string, [name, value]: readonly [string, unknown], stage: Stage): Promise<void> {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, JSON.stringify({ [name]: value }));
  const { code, output } = await run(stage, [...plan(folder), `-var-file=${file}`], quiet);
  if (code === 0) throw new Error(`${JSON.stringify(value)} was taken`);
  if (!output.includes('Invalid value for variable') || !output.includes(`var.${name}`)) {
    throw new Error(`it was refused for something else: ${output.slice(-300)}`);
  }
}

/** Whether the providers could be had. @throws Error for anything else that keeps the folder from being initialised. */
async function initialised(folder: string, stage: Stage): Promise<boolean> {
  const { TF_CLI_CONFIG_FILE: given } = process.env;
  const variables =
    given === undefined ? { ...quiet, TF_CLI_CONFIG_FILE: '' } : { ...quiet, TF_CLI_CONFIG_FILE: given };
  const { code, output } = await run(
    stage,
    ['terraform', `-chdir=${folder}`, 'init', '-backend=false', '-input=false', '-no-color'],
    variables,
  );
  if (code === 0) return true;
  if (/Failed to (?:query available provider packages|install provider)|Invalid provider registry host/.test(output))
    return false;
  throw new Error(output.slice(-600));
}

/** `terraform fmt`, the rules of variables, and `terraform validate` where the providers can be had. */
export async function checkTerraform(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  for (const home of homes) {
    const source = join(root, 'infra', home);
    await expect(`infra/${home} is formatted`, async () => {
      await must(stage, ['terraform', 'fmt', '-check', '-diff', source], quiet);
    });
    const variables = await variablesOf(home, stage);
    await expect(`infra/${home}: the example's values are taken`, async () => {
      await must(stage, plan(variables), quiet);
    });
    for (const wrong of Object.entries(refused[home])) {
      await expect(`infra/${home}: ${wrong[0]} is not ${JSON.stringify(wrong[1])}`, () =>
        refuse(variables, wrong, stage),
      );
    }
    const copy = join(stage.folder, home);
    cpSync(source, copy, { recursive: true, filter: (path) => !path.includes('.terraform/') });
    if (await initialised(copy, stage)) {
      await expect(`infra/${home} is valid`, async () => {
        await must(stage, ['terraform', `-chdir=${copy}`, 'validate', '-no-color'], quiet);
      });
    } else {
      process.stdout.write(`not checked  terraform validate infra/${home}: its providers cannot be had here\n`);
    }
  }
  return tally();
}

/** tflint with every rule of its own: unused and undocumented declarations, types, naming, versions. */
export async function checkTflint(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  for (const home of homes) {
    await expect(`tflint finds nothing in infra/${home}`, async () => {
      const config = `--config=${join(root, 'infra/.tflint.hcl')}`;
      await must(stage, ['tflint', `--chdir=${join(root, 'infra', home)}`, config, '--format=compact', '--no-color']);
    });
  }
  return tally();
}
