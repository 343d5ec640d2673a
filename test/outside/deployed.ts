import { eventually, expectations, same, type Stage, type Tally } from './check.ts';
import { clientsOf, type Clients } from './clients.ts';
import { startPlane, type Deployment, type Plane } from './stand-ins.ts';

/** What the three clouds' own tools are asked for and answer. */
interface EcsService {
  readonly serviceName: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}
interface RunService {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly url: string; readonly conditions: readonly { type: string; status: string }[] };
}
interface ContainerGroup {
  readonly name: string;
  readonly provisioningState: string;
}
interface ContainerApp {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: {
    readonly provisioningState: string;
    readonly template: { readonly scale: { readonly minReplicas: number } };
  };
}

const repairSeconds = 90;
const byName = <T extends { readonly name: string }>(list: readonly T[]) => list.map(({ name }) => name).sort();

/** What the control plane deployed, seen and disturbed with the clouds' own tools, which know nothing of it. */
export async function seeDeployed(stage: Stage): Promise<Tally> {
  const plane = await startPlane(stage, { workloads: 'process' });
  const clients = await clientsOf(stage, plane.clouds);
  const { expect, tally } = expectations(stage);
  for (const file of ['examples/shop.yaml', 'test/outside/worker.yaml']) {
    await plane.homeostasis('deploy', file, '--wait', '--timeout', '120');
  }
  await amazon(stage, plane, { clients, expect });
  await google(stage, plane, { clients, expect });
  await azureApps(stage, plane, { clients, expect });
  await azureGroups(stage, plane, { clients, expect });
  await expect('everything is ready in the end', async () => {
    await eventually(stage, repairSeconds, async () => {
      for (const name of ['shop', 'outside']) ready(await plane.deployments(name));
    });
  });
  return tally();
}

interface Tools {
  readonly clients: Clients;
  readonly expect: (what: string, holds: () => Promise<void>) => Promise<void>;
}

function ready(deployments: readonly Deployment[]): void {
  const waiting = deployments
    .filter((one) => one.ready !== 'True')
    .map(({ service, target }) => `${service} on ${target}`);
  same(waiting, [], 'deployments that are not ready');
  if (deployments.length === 0) throw new Error('there is no deployment');
}

const regionOf = (target: string): string => target.split('/')[1] ?? '';

async function placed(plane: Plane, application: string, cloud: string): Promise<readonly Deployment[]> {
  const found = (await plane.deployments(application)).filter(({ target }) => target.startsWith(`${cloud}/`));
  if (found.length === 0)
    throw new Error(`${application} stands nowhere on ${cloud}: this check needs an example that does`);
  return found;
}

/** Says so when no drift with such a message has been noticed. */
async function noticed(plane: Plane, message: RegExp): Promise<void> {
  const drifts = await plane.drifts();
  if (!drifts.some((drift) => message.test(drift)))
    throw new Error(`no drift like ${message}: ${JSON.stringify(drifts)}`);
}

async function amazon(stage: Stage, plane: Plane, { clients: { aws }, expect }: Tools): Promise<void> {
  const ours = await placed(plane, 'shop', 'aws');
  const regions = [...new Set(ours.map(({ target }) => regionOf(target)))];
  const services = async (): Promise<EcsService[]> => {
    const all: EcsService[] = [];
    for (const region of regions) {
      const where = ['--region', region, '--cluster', 'homeostasis'];
      const { serviceArns } = await aws<{ serviceArns: string[] }>('ecs', 'list-services', ...where);
      const which = ['--services', ...serviceArns, '--include', 'TAGS'];
      all.push(...(await aws<{ services: EcsService[] }>('ecs', 'describe-services', ...where, ...which)).services);
    }
    return all;
  };
  await expect('aws ecs shows every service placed on AWS, active and with its replicas', async () => {
    const shown = (await services()).map(({ tags, status, runningCount }) => {
      const name = tags.find(({ key }) => key === 'homeostasis:service')?.value;
      return `${name} ${status} ${runningCount}`;
    });
    const wanted = ours.map(({ service, replicas }) => `${service} ACTIVE ${replicas.desired}`);
    same(shown.sort(), wanted.sort(), 'services');
  });
  await expect('aws ecs update-service behind its back is noticed and put right', async () => {
    const region = regionOf(ours.find(({ service }) => service === 'mailer')?.target ?? '');
    const [mailer] = (await services()).filter(({ serviceName }) => serviceName.includes('mailer'));
    if (mailer === undefined) throw new Error('the mailer does not stand on AWS');
    const name = ['--region', region, '--cluster', 'homeostasis', '--service', mailer.serviceName];
    await aws('ecs', 'update-service', ...name, '--desired-count', '5');
    await eventually(stage, repairSeconds, async () => {
      const now = (await services()).find(({ serviceName }) => serviceName === mailer.serviceName);
      same([now?.desiredCount, now?.runningCount], [1, 1], 'desired and running');
    });
    await noticed(plane, /replicas: 5, commanded 1/);
  });
}

async function google(stage: Stage, plane: Plane, { clients: { gcloud }, expect }: Tools): Promise<void> {
  const [ours] = await placed(plane, 'shop', 'gcp');
  const region = ['--region', regionOf(ours?.target ?? '')];
  const list = () => gcloud<RunService[]>('run', 'services', 'list', ...region);
  const [first] = await list();
  const name = first?.metadata.name ?? '';
  await expect(
    'gcloud run services list and describe show it ready, at the address the control plane gives',
    async () => {
      const shown = await gcloud<RunService>('run', 'services', 'describe', name, ...region);
      same(shown.metadata.labels['homeostasis-service'], ours?.service, 'label');
      same(shown.status.conditions.find(({ type }) => type === 'Ready')?.status, 'True', 'condition Ready');
      same(shown.status.url, ours?.endpoint, 'address');
    },
  );
  await expect('gcloud run services delete behind its back is noticed and put right', async () => {
    // Without --async gcloud waits until the name is free, and the control plane takes it again before gcloud looks.
    await gcloud('run', 'services', 'delete', name, '--async', ...region);
    await eventually(stage, repairSeconds, async () => {
      const again = (await list()).find(({ metadata }) => metadata.name === name);
      if (again === undefined || again.metadata.uid === first?.metadata.uid)
        throw new Error(`${name} is not made again`);
      same(again.status.conditions.find(({ type }) => type === 'Ready')?.status, 'True', 'condition Ready');
    });
    await noticed(plane, new RegExp(`was there and is|${name} .*(deleted|missing)`));
  });
}

async function azureApps(stage: Stage, plane: Plane, { clients: { az }, expect }: Tools): Promise<void> {
  const [ours] = await placed(plane, 'shop', 'azure');
  const { id: subscription } = await az<{ id: string }>('account', 'show');
  const group = `${plane.clouds.azure}/subscriptions/${subscription}/resourceGroups/homeostasis`;
  const apps = `${group}/providers/Microsoft.App/containerApps`;
  const rest = <T>(method: string, url: string, ...more: string[]) =>
    az<T>('rest', '--method', method, '--url', `${url}?api-version=2025-07-01`, ...more);
  const list = async () => (await rest<{ value: ContainerApp[] }>('get', apps)).value;
  const [first] = await list();
  await expect('az rest shows the container app, provisioned and tagged', async () => {
    same(first?.properties.provisioningState, 'Succeeded', 'provisioningState');
    same(first?.tags['homeostasis-service'], ours?.service, 'tag');
    return Promise.resolve();
  });
  await expect('az rest --method patch behind its back is noticed and put right', async () => {
    const before = first?.properties.template.scale.minReplicas;
    const patch = JSON.stringify({ properties: { template: { scale: { minReplicas: 4, maxReplicas: 4 } } } });
    await rest('patch', `${apps}/${first?.name}`, '--body', patch);
    await eventually(stage, repairSeconds, async () => {
      await noticed(plane, /replicas|scale/i);
      const [now] = await list();
      same(now?.properties.template.scale.minReplicas, before, 'minReplicas');
    });
  });
}

async function azureGroups(stage: Stage, plane: Plane, { clients: { az }, expect }: Tools): Promise<void> {
  const list = () => az<ContainerGroup[]>('container', 'list', '-g', 'homeostasis');
  const first = await list();
  await expect('az container list shows one group per replica of the worker', async () => {
    same(
      first.map(({ provisioningState }) => provisioningState),
      ['Succeeded', 'Succeeded'],
      'groups',
    );
    return Promise.resolve();
  });
  await expect('az container delete behind its back is noticed and put right', async () => {
    const gone = first[0]?.name ?? '';
    await az('container', 'delete', '--yes', '-g', 'homeostasis', '-n', gone);
    await eventually(stage, repairSeconds, async () => {
      await noticed(plane, new RegExp(`${gone} is missing`));
      same(byName(await list()), byName(first), 'groups');
    });
  });
}
