import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { eventually, expectations, same, type Stage, type Tally } from './check.ts';
import { root, start } from './command.ts';
import { importImage, startEngine, type Engine } from './podman-engine.ts';
import { startPlane, type Plane } from './stand-ins.ts';

const image = 'localhost/homeostasis-outside:1';

/** The sandbox's workloads as real containers of a real engine, deployed by the control plane. */
export async function runContainers(stage: Stage): Promise<Tally> {
  const engine = await startEngine(stage);
  await importImage(stage, engine, image);
  const plane = await startPlane(stage, { workloads: 'containers', variables: { DOCKER_HOST: engine.address } });
  const { expect, tally } = expectations(stage);
  const file = join(stage.folder, 'containers.yaml');
  const text = readFileSync(join(root, 'test/outside/containers.yaml'), 'utf8');
  writeFileSync(file, text);
  await expect('deploys an application of real containers', async () => {
    await plane.homeostasis('deploy', file, '--wait', '--timeout', '120');
    same((await running(engine)).length, 2, 'containers');
  });
  await expect('the gateway answers from a container, with the environment it was given', async () => {
    same(await throughGateway(plane), 'mode first', 'body');
  });
  await expect('a container that is killed is replaced', async () => {
    const [victim = ''] = await running(engine);
    await engine.podman('kill', '--signal', 'KILL', victim);
    await eventually(stage, 60, async () => {
      const now = await running(engine);
      same([now.length, now.includes(victim)], [2, false], 'containers, and the killed one among them');
    });
  });
  await expect('a new version replaces the old containers', async () => {
    const before = await running(engine);
    writeFileSync(file, text.replace('MODE: first', 'MODE: second'));
    await plane.homeostasis('deploy', file, '--wait', '--timeout', '120');
    same(await throughGateway(plane), 'mode second', 'body');
    await eventually(stage, 60, async () => {
      const now = await running(engine);
      same([now.length, now.filter((id) => before.includes(id))], [2, []], 'containers, and old ones among them');
      same((await everything(engine)).length, 2, 'containers, ended ones included');
    });
  });
  await expect('a region that is down loses its containers, and has them back when it is up again', () =>
    loseRegion(stage, plane, engine),
  );
  await expect('nothing is left when the application is removed', async () => {
    await plane.homeostasis('remove', 'boxes', '--wait', '--timeout', '120');
    await eventually(stage, 20, async () => same(await everything(engine), [], 'containers'));
  });
  await expect('what a killed sandbox left behind is swept by the next one', () => sweep(stage, engine));
  return tally();
}

/** A sandbox without a control plane, killed while a container runs. */
async function sweep(stage: Stage, engine: Engine): Promise<void> {
  const command = [process.execPath, 'sandbox/main.ts', '--speed', 'instant', '--workloads', 'containers', '--keep'];
  const variables = { DOCKER_HOST: engine.address };
  const first = start(stage, command, variables);
  await first.line(/"ready":true/);
  // What such a sandbox would have started: the label with its process id is how the next one knows.
  const label = `dev.homeostasis.sandbox.pid=${first.pid}`;
  await engine.podman('run', '--detach', '--label', label, image);
  process.kill(first.pid, 'SIGKILL');
  await start(stage, command, variables).line(/"ready":true/);
  same(await everything(engine), [], 'containers');
}

async function running(engine: Engine): Promise<string[]> {
  const filter = ['--filter', 'label=dev.homeostasis.sandbox.workload', '--filter', 'status=running'];
  return (await engine.podman('ps', '--quiet', '--no-trunc', ...filter)).split('\n').filter((line) => line !== '');
}

/** Ended ones too: the sandbox cleans up behind itself. */
async function everything(engine: Engine): Promise<string[]> {
  const lines = await engine.podman('ps', '--all', '--format', '{{.ID}} {{.Status}} {{.Labels}}');
  return lines.split('\n').filter((line) => line !== '');
}

async function loseRegion(stage: Stage, plane: Plane, engine: Engine): Promise<void> {
  const before = await running(engine);
  const [deployment] = await plane.deployments('boxes');
  const region = deployment?.target.split('/')[1] ?? '';
  const fault = await fetch(`${plane.clouds.control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'region-down', cloud: 'aws', region }),
  });
  same(fault.ok, true, 'the fault is accepted');
  await eventually(stage, 60, async () => {
    const left = (await running(engine)).filter((id) => before.includes(id));
    same(left, [], `containers of ${region}`);
  });
  await fetch(`${plane.clouds.control}/faults`, { method: 'DELETE' });
  await eventually(stage, 90, async () => {
    same(await throughGateway(plane), 'mode second', 'body');
  });
}

/** Asks by name, as a browser does; `fetch` will not set the Host header. */
function throughGateway({ gatewayPort }: Plane): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: gatewayPort, headers: { host: `web.boxes.localhost:${gatewayPort}` }, timeout: 5_000 },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('end', () => resolve(body.trim()));
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the gateway did not answer within 5 s')));
    asked.on('error', reject);
    asked.end();
  });
}
