import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const started: ReturnType<typeof spawn>[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

function run(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, err })),
  );
  return { child, ended, output: () => out };
}

interface Ready {
  ready: boolean;
  ca: string;
  endpoints: {
    control: { url: string };
    aws: { ecs: string };
    azure: { arm: string };
    gcp: { run: string; runGrpc: string };
  };
}

async function ready(...args: string[]) {
  const program = run('--workloads', 'none', '--speed', 'instant', ...args);
  await vi.waitFor(() => expect(program.output()).toMatch(/\n/), { timeout: 15_000 });
  return { ...program, line: JSON.parse(program.output()) as Ready };
}

const post = (url: string, body: string, type = 'application/json') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

describe('the sandbox program', () => {
  it('prints one line with every endpoint, and is controlled by its own API', async () => {
    const { line } = await ready();
    expect(line).toMatchObject({ ready: true, ca: expect.stringContaining('BEGIN CERTIFICATE') });
    const { url } = line.endpoints.control;
    expect(await (await fetch(`${url}/endpoints`)).json()).toEqual(line.endpoints);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/ca.pem`)).text()).toBe(line.ca);

    const added = await post(`${url}/faults`, '{"kind":"region-down","cloud":"aws","region":"eu-west-1"}');
    expect(added.status).toBe(201);
    expect(await added.json()).toEqual({ id: 'fault-1', kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    expect(await (await fetch(`${url}/faults`)).json()).toHaveLength(1);
    expect((await fetch(`${url}/faults/fault-1`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${url}/faults/fault-1`, { method: 'DELETE' })).status).toBe(404);

    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=h, Signature=0',
      'x-amz-target': 'AmazonEC2ContainerServiceV20141113.CreateCluster',
    };
    expect((await fetch(line.endpoints.aws.ecs, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    const state = async () => (await (await fetch(`${url}/state`)).json()) as { resources: Record<string, object[]> };
    expect((await state()).resources).toMatchObject({ aws: [{ type: 'ecs:cluster' }], azure: [], gcp: [] });
    expect((await fetch(`${url}/reset`, { method: 'POST' })).status).toBe(204);
    expect((await state()).resources['aws']).toEqual([]);
    expect(await (await fetch(`${url}/endpoints`)).json()).toEqual(line.endpoints);
  });

  it('refuses bad faults and names every wrong field', async () => {
    const { line } = await ready();
    const url = `${line.endpoints.control.url}/faults`;
    const refused = await post(url, '{"kind":"explode","rate":2,"colour":"red","times":0}');
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    const fields = ((await refused.json()) as { errors: { field: string }[] }).errors.map(({ field }) => field);
    expect(fields).toEqual(['kind', 'rate', 'colour', 'times']);
    expect((await post(url, '{"kind":"latency"}')).status).toBe(400);
    expect((await post(url, '{')).status).toBe(400);
    expect((await post(url, 'kind=stuck', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post(url, ' '.repeat(20_000))).status).toBe(413);
    expect((await fetch(`${line.endpoints.control.url}/nothing`)).status).toBe(404);
  });

  it('ends cleanly on signals and when its stdin closes, but stays with --keep', async () => {
    const [first, second, third] = await Promise.all([ready(), ready(), ready('--keep')]);
    // What a Ctrl-C at the owner's terminal brings: the signal itself, the owner's SIGTERM and its end.
    first.child.kill('SIGINT');
    first.child.kill('SIGTERM');
    first.child.stdin.end();
    second.child.stdin.end();
    third.child.stdin.end();
    expect((await first.ended).code).toBe(0);
    expect((await second.ended).code).toBe(0);
    expect((await fetch(`${third.line.endpoints.control.url}/healthz`)).status).toBe(200);
  });

  it('names a taken port and its option in one line', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);
    const flags = ['--aws-port', '--azure-port', '--gcp-port', '--gcp-grpc-port', '--control-port'];
    const results = await Promise.all(flags.map((flag) => run('--workloads', 'none', flag, port).ended));
    flags.forEach((flag, index) => {
      expect(results[index]).toEqual({
        code: 1,
        err: `sandbox: port ${port} (${flag}) is already taken; stop the program that has it or choose another port\n`,
      });
    });
    taken.close();
  });

  it.each([
    ['--speed', 'warp', /--speed must be one of instant, fast, realistic/],
    ['--workloads', 'vm', /--workloads must be one of auto, containers, process, none/],
    ['--aws-port', '99999', /--aws-port must be a port/],
    ['--colour', 'red', /--colour/],
  ])('refuses %s %s', async (flag, value, message) => {
    const { code, err } = await run(flag, value).ended;
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
