import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectations, same, type Stage, type Tally } from '../check.ts';
import { run } from '../command.ts';
import type { Template } from './template-for-moto.ts';

/** What `npm run deploy:aws` needs of a homeostasis.yaml, with everything that the hub can have. */
const configuration = `
hub:
  name: homeostasis
  account: '123456789012'
  region: eu-west-1
  issuers:
    - { name: github, url: 'https://token.actions.githubusercontent.com', audiences: [homeostasis] }
    - { name: people, url: 'https://login.example.com', audiences: [homeostasis] }
  access:
    - issuer: https://token.actions.githubusercontent.com
      rules:
        - { repository: example/shop, context: 'ref:refs/heads/main', may: [read, publish], applications: [shop] }
  zone: { id: Z0123456789, name: apps.example.com }
  remote:
    azure:
      url: https://deployer.azurewebsites.net/api/events
      audience: api://homeostasis-deployer-azure
      tenant: 72f988bf-86f1-41af-91ab-2d7cd011db47
      client: 11111111-1111-4111-8111-111111111111
    gcp:
      url: https://deployer-123456789.europe-west1.run.app
      audience: https://deployer-123456789.europe-west1.run.app
      provider: //iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/homeostasis/providers/aws
      serviceAccount: homeostasis-relay@demo.iam.gserviceaccount.com
  alarmMail: hub@example.com
`;

/** The same with a hub in a second region. */
const withStandby = `${configuration}  standby:
    region: eu-central-1
    name: hub.apps.example.com
    witness: { gcp: { bucket: demo-homeostasis-witness, serviceAccount: homeostasis-witness@demo.iam.gserviceaccount.com } }
`;

/** cfn-lint thinks that what Ref and GetAtt say already need not be said; the CDK says it for every role. */
const allowed = new Set(['W3005']);

interface Finding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path?: readonly (string | number)[] };
}

/**
 * Everything that cfn-lint finds in a folder's templates but what is allowed, each read for the region it is made for. It keeps one
 * processor busy for long, so two read at once.
 */
async function lint(stage: Stage, folder: string): Promise<readonly string[]> {
  const bySize = stacksIn(folder).toSorted((a, b) => statSync(b.template).size - statSync(a.template).size);
  const shares = [0, 1].map((share) => bySize.filter((_, index) => index % 2 === share));
  const found = await Promise.all(shares.map((each) => lintShare(stage, each)));
  return found.flat();
}

async function lintShare(stage: Stage, stacks: readonly Stacked[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [region, of] of Map.groupBy(stacks, (each) => each.region)) {
    // 4 and its sums: warnings, errors, information; the findings say which.
    const lintThem = ['cfn-lint', '--format', 'json', '--regions', region, '--', ...of.map(({ template }) => template)];
    const { stdout } = await run(stage, lintThem);
    const findings = JSON.parse(stdout.trim() === '' ? '[]' : stdout) as readonly Finding[];
    const others = findings.filter(({ Rule }) => !allowed.has(Rule.Id));
    found.push(...others.map(({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path?.join('/')}: ${Message}`));
  }
  return found;
}

interface Stacked {
  readonly template: string;
  readonly region: string;
}

/** What the CDK says of its own output: every stack's template, and where it goes. */
function stacksIn(folder: string): readonly Stacked[] {
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<
      Record<string, { readonly environment?: string; readonly properties?: { readonly templateFile?: string } }>
    >;
  };
  const stacks = Object.values(artifacts).flatMap(({ environment, properties }) => {
    const region = environment?.split('/').at(-1);
    const file = properties?.templateFile;
    return file === undefined || region === undefined ? [] : [{ template: join(folder, file), region }];
  });
  same(stacks.map(({ template }) => template).sort(), [...templatesIn(folder)].sort(), 'templates that are linted');
  return stacks;
}

const functionsIn = (template: string): number => {
  const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as Template;
  return Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').length;
};

const templatesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((each) => each.endsWith('.template.json'))
    .map((each) => join(folder, each));

/** The CDK's own command makes the template, and AWS's own linter reads it. */
export async function checkCdk(stage: Stage): Promise<Tally> {
  const { expect, tally } = expectations(stage);
  const [file, out] = [join(stage.folder, 'homeostasis.yaml'), join(stage.folder, 'cdk.out')];
  writeFileSync(file, configuration);
  const synth = (named: string, into = out) =>
    run(stage, ['npm', 'run', 'synth:aws', '--', '--output', into], { HOMEOSTASIS_CONFIG: named });
  await expect('npm run synth:aws: packages, template, and nothing that AwsSolutions finds', async () => {
    const { code, output } = await synth(file);
    if (code !== 0) throw new Error(`it ended with ${code}: ${output.trim().slice(-800)}`);
  });
  const [template = ''] = templatesIn(out);
  await expect('the template has the functions of both sides and the zone', () => {
    same(functionsIn(template), 12, 'functions');
    if (!readFileSync(template, 'utf8').includes('Z0123456789')) throw new Error('no function is told of the zone');
    return Promise.resolve();
  });
  await expect('cfn-lint finds nothing in it but W3005', async () => {
    same(await lint(stage, out), [], 'findings');
  });
  await standbyHub(stage, { expect, synth });
  await expect('a configuration without issuers is refused with what to do', async () => {
    const bare = join(stage.folder, 'bare.yaml');
    writeFileSync(bare, 'hub: { name: homeostasis }\n');
    const { code, output } = await synth(bare);
    if (code === 0 || !output.includes('hub.issuers')) throw new Error(`it ended with ${code}: ${output.slice(-600)}`);
  });
  return tally();
}

interface Means {
  readonly expect: (what: string, holds: () => Promise<void>) => Promise<void>;
  readonly synth: (configuration: string, into?: string) => Promise<{ readonly code: number; readonly output: string }>;
}

/** `hub.standby`: a ground, a hub and a link in each of two regions. */
async function standbyHub(stage: Stage, { expect, synth }: Means): Promise<void> {
  const [file, out] = [join(stage.folder, 'standby.yaml'), join(stage.folder, 'cdk.standby')];
  writeFileSync(file, withStandby);
  await expect('with hub.standby: packages, six templates, and nothing that AwsSolutions finds', async () => {
    const { code, output } = await synth(file, out);
    if (code !== 0) throw new Error(`it ended with ${code}: ${output.trim().slice(-800)}`);
    same(templatesIn(out).length, 6, 'templates');
    // The link has one of the CDK's own, which calls AWS while it is deployed.
    same(templatesIn(out).map(functionsIn).sort(), [0, 0, 1, 1, 15, 15], 'functions');
  });
  await expect('cfn-lint finds nothing in any of them but W3005, each in its region', async () => {
    same(await lint(stage, out), [], 'findings');
  });
  await expect('a standby in the hub’s own region is refused with what to do', async () => {
    const twice = join(stage.folder, 'twice.yaml');
    writeFileSync(twice, withStandby.replace('region: eu-central-1', 'region: eu-west-1'));
    const { code, output } = await synth(twice, out);
    if (code === 0 || !output.includes('hub.standby.region')) {
      throw new Error(`it ended with ${code}: ${output.slice(-600)}`);
    }
  });
}
