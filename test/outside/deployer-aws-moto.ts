/**
 * Runs the AWS deployer against moto's ECS and ELBv2, programs nobody here wrote: a worker and a service behind a network load
 * balancer are made, seen, scaled, updated and removed. Run by `node test/outside/deployer-aws-moto.ts`; needs moto_server
 * (`pip install 'moto[server]'`). Express gateway services are not there: moto 5.2 knows none of their actions.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import type { ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { createAwsApi, createTarget, type AwsApi, type AwsSettings } from '../../services/deployer-aws/index.ts';
import { namesOf } from '../../services/deployer-aws/names.ts';
import { startMoto } from './moto-server.ts';

/** What moto does otherwise than ECS, so that what we see there is not what we would see at AWS. */
const knownGaps: readonly (readonly [string, string])[] = [
  [
    'tasks never start by themselves: MOTO_ECS_SERVICE_RUNNING says how many a new service is born with',
    'moto 5.2.1 ecs/models.py, Service.__init__',
  ],
  [
    'an update leaves deployments[] as it was, and every task runs at once: a rollout is never seen on its way',
    'moto 5.2.1 ecs/models.py, update_service',
  ],
  ['a deleted service is INACTIVE at once: it never drains', 'moto 5.2.1 ecs/models.py, delete_service'],
  [
    'a service has no events and no tasks of its own: why it fails is never told',
    'moto 5.2.1 ecs/models.py, Service.events, list_tasks',
  ],
  ['creating a service again overwrites it', 'moto 5.2.1 ecs/models.py, create_service'],
];

const region = 'eu-west-1';
const running = 2;
process.env['MOTO_ECS_SERVICE_RUNNING'] = String(running);

const workload: Workload = {
  image: 'ghcr.io/example/shop-worker:1',
  replicas: running,
  cpuMillicores: 250,
  memoryMib: 512,
  env: { MODE: 'live' },
  secrets: [{ env: 'TOKEN', secret: 'shop-token', key: 'value' }],
  ports: [],
  volumes: [],
  requestDriven: false,
  spot: false,
  hints: {},
};
const tcp: Partial<Workload> = {
  image: 'redis:7',
  secrets: [],
  ports: [
    { name: 'redis', port: 6379, protocol: 'TCP' },
    { name: 'metrics', port: 9121, protocol: 'HTTP' },
  ],
  healthCheck: {
    path: '/metrics',
    port: 9121,
    intervalSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
    initialDelaySeconds: 0,
  },
};

let passed = 0;
let failed = 0;
const print = (line: string) => void process.stdout.write(`${line}\n`);

function check(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return void passed++;
  failed++;
  print(`FAILED ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

function commandOf(service: string, generation: number, change: Partial<Workload> = {}): ApplyCommand {
  return {
    application: 'shop',
    service,
    target: `aws/${region}/fargate`,
    generation,
    tier: 'standard',
    workload: { ...workload, ...change },
    specHash: generation.toString(16).padStart(8, '0'),
  };
}

const facts = ({ phase, generation, replicas, drift }: Report) => ({
  phase,
  generation,
  desired: replicas.desired,
  drift,
});
const calm = (phase: Report['phase'], generation: number, desired: number) => ({
  phase,
  generation,
  desired,
  drift: undefined,
});

/** Both kinds of services live the same life. */
async function live(
  api: AwsApi,
  settings: AwsSettings,
  [name, shape]: readonly [string, Partial<Workload>],
): Promise<void> {
  const target = createTarget(api, settings);
  const first = commandOf(name, 1, shape);
  check(`${name}: absent before`, facts(await target.observe(first)), calm('absent', 1, 0));
  check(`${name}: created`, facts(await target.apply(first)), calm('progressing', 1, running));
  const born = await target.observe(first);
  check(`${name}: ready`, facts(born), calm('ready', 1, running));
  const known = await target.apply(first);
  check(`${name}: applied again`, [known.phase, known.reason], ['ready', 'AlreadySo']);

  const second = commandOf(name, 2, { ...shape, replicas: 3 });
  check(`${name}: scaled`, facts(await target.apply(second)), calm('progressing', 2, 3));
  const scaled = await target.observe(second);
  check(`${name}: keeps its address`, scaled.endpoint, born.endpoint);
  check(`${name}: three wanted`, [scaled.generation, scaled.replicas.desired, scaled.drift], [2, 3, undefined]);

  const third = commandOf(name, 3, { ...shape, replicas: 3, image: 'ghcr.io/example/other:2' });
  await target.apply(third);
  const replaced = await target.observe(third);
  check(
    `${name}: runs the new definition`,
    [replaced.generation, replaced.specHash, replaced.drift],
    [3, '00000003', undefined],
  );
  check(`${name}: an old command is refused`, (await target.apply(second)).phase, 'stale');
  check(`${name}: an old removal is refused`, (await target.remove(second)).phase, 'stale');
  check(
    `${name}: listed`,
    (await target.list(region)).map(({ service, generation }) => [service, generation]),
    [[name, 3]],
  );

  check(`${name}: removal starts`, (await target.remove(third)).phase, 'removing');
  check(`${name}: gone`, (await target.observe(third)).phase, 'absent');
  check(`${name}: removed again`, (await target.remove(third)).phase, 'absent');
  check(`${name}: nothing listed`, await target.list(region), []);
  await checkNothingLeft(api, first);
}

async function checkNothingLeft(api: AwsApi, command: ApplyCommand): Promise<void> {
  const { ecs, elb } = api.at(region);
  const names = namesOf(command);
  check(`${command.service}: no definition left`, await ecs.revisions(names.service), []);
  check(`${command.service}: no balancer left`, await elb.networkBalancers(), []);
  for (const port of [6379, 9121]) {
    check(`${command.service}: no target group left`, await elb.targetGroup(`${names.balancer}-${port}`), undefined);
  }
}

async function refuses(api: AwsApi, settings: AwsSettings): Promise<void> {
  const target = createTarget(api, settings);
  const elsewhere = { ...commandOf('web', 1), target: 'aws/us-east-1/fargate' };
  const error = await target.apply(elsewhere).catch((caught: unknown) => caught);
  check('another region is refused', error instanceof Error ? error.name : error, 'TargetNotFound');
}

const moto = await startMoto();
try {
  const settings: AwsSettings = {
    regions: [region],
    account: '123456789012',
    cluster: 'homeostasis',
    defaultNetwork: await networkOf(moto.endpoint),
    endpoint: moto.endpoint,
  };
  const credentials = { accessKeyId: 'outside', secretAccessKey: 'outside' };
  const api = createAwsApi(settings, { credentials });
  await live(api, settings, ['mailer', {}]);
  await live(api, settings, ['cache', tcp]);
  await refuses(api, settings);
  api.close();
} finally {
  await moto.stop();
}
for (const [gap, source] of knownGaps) print(`known gap: ${gap} (${source})`);
print(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Moto knows a default VPC with subnets in every region, and checks that a load balancer's subnets are among them. */
async function networkOf(endpoint: string) {
  const ask = async (action: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=outside/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ Action: action, Version: '2016-11-15' });
    return (await fetch(endpoint, { method: 'POST', headers, body })).text();
  };
  const all = (xml: string, tag: string) => [
    ...new Set([...xml.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, 'g'))].map(([, value = '']) => value)),
  ];
  const subnets = all(await ask('DescribeSubnets'), 'subnetId').slice(0, 2);
  const securityGroups = all(await ask('DescribeSecurityGroups'), 'groupId').slice(0, 1);
  if (subnets.length === 0 || securityGroups.length === 0) throw new Error('moto told no default subnets or groups');
  return { subnets, securityGroups };
}
