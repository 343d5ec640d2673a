import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertReceived } from '../../shared/contracts/alert-received.ts';
import { startControlPlane, token } from './control-plane.ts';
import { run, type Ran } from './run.ts';

let plane: Awaited<ReturnType<typeof startControlPlane>>;
let folder: string;
const cli = (...args: string[]): Promise<Ran> =>
  run(args, { HOMEOSTASIS_URL: plane.url, HOMEOSTASIS_TOKEN: token, HOMEOSTASIS_DATA: folder });

beforeAll(async () => {
  plane = await startControlPlane();
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-cli-'));
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Deploys one service, and says where it stands. */
async function deployed(name: string): Promise<{ readonly target: string; readonly region: string }> {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `apiVersion: homeostasis.dev/v1
kind: Application
metadata: { name: ${name} }
spec:
  services:
    - { name: web, image: registry.example/web:1, replicas: 2, ports: [{ port: 8080 }] }
`,
  );
  expect(await cli('deploy', path, '--wait')).toMatchObject({ code: 0 });
  const { deployments } = json<{ readonly deployments: readonly { readonly target: string }[] }>(
    await cli('status', name, '--json'),
  );
  const target = deployments[0]?.target ?? '';
  return { target, region: target.split('/').slice(0, 2).join('/') };
}

function json<T = Record<string, unknown>>(ran: Ran): T {
  return JSON.parse(ran.stdout) as T;
}

interface Started {
  readonly recovery: string;
  readonly state: string;
}

describe('recovering', () => {
  it('one service elsewhere, waiting; then looking at it', async () => {
    const { region } = await deployed('moving');
    const args = ['recover', 'start', '--target', region, '--service', 'moving/web', '--wait'];
    const recovered = await cli(...args, '--json');
    expect(recovered).toMatchObject({ code: 0 });
    expect(recovered.stderr).toMatch(/place +moving\/web {2}on \S+/);
    expect(recovered.stderr).toMatch(/completed +moving\/web on /);
    const { recovery } = json<Started>(recovered);
    expect(json(recovered)).toMatchObject({ state: 'completed', total: 1, result: { outcomes: { recovered: 1 } } });

    const [list, one, asJson, open] = await Promise.all([
      cli('recoveries'),
      cli('recoveries', recovery),
      cli('recoveries', recovery, '--json'),
      cli('recoveries', '--open'),
    ]);
    expect(list.stdout).toMatch(new RegExp(`${recovery} +moving/web on ${region} +completed +operator, graceful +1 `));
    expect(one.stdout).toMatch(/^place +completed +\d+\.\d s +on /m);
    expect(one.stdout).toMatch(/^moving\/web +standard +10 min 00 s +\d+\.\d s +5 min 00 s +- .* recovered → /m);
    expect(json(asJson)).toMatchObject({ recovery, services: [{ service: 'web', outcome: 'recovered' }] });
    expect(open.stdout).not.toContain(recovery);

    const [pause, over, report] = await Promise.all([
      cli('recover', 'pause', recovery),
      cli('recover', 'abort', 'none'),
      cli('recoveries', '--report', 'x.html'),
    ]);
    expect(pause).toMatchObject({
      code: 2,
      stderr: `error: recovery ${recovery} is completed: there is nothing to pause\n`,
    });
    expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no recovery none') as unknown });
    expect(report).toMatchObject({ code: 2, stderr: expect.stringContaining('of which recovery?') as unknown });
  });

  it('pauses, resumes and aborts, and the status tells it in one line', async () => {
    const { target } = await deployed('stubborn');
    const { noCapacity } = plane.clouds.faults;
    // Nothing new starts anywhere, so it stays open.
    for (const cloud of ['aws', 'azure', 'gcp']) noCapacity.add(cloud);
    const started = await cli('recover', 'start', '--target', target);
    expect(started).toMatchObject({ code: 0 });
    const [, recovery = ''] = /: recovery (\S+) is \S+ \(graceful\)\n$/.exec(started.stdout) ?? [];
    expect(started.stderr).toBe(`follow it with: npx homeostasis recoveries ${recovery}\n`);

    const early = await cli('failback', recovery);
    expect(early).toMatchObject({ code: 2, stdout: '' });
    expect(early.stderr).toMatch(/it has to be over first\n$/);
    expect((await cli('status', 'stubborn')).stdout).toContain(`npx homeostasis recoveries ${recovery}\n`);
    const waited = await cli('recover', 'start', '--target', target, '--wait', '--timeout', '1');
    expect(waited).toMatchObject({ code: 1, stdout: '' });
    expect(waited.stderr).toContain(`recovery ${recovery}: not done after 1 s; it goes on: see`);

    const controls: Ran[] = [];
    for (const action of ['pause', 'resume', 'abort'] as const) controls.push(await cli('recover', action, recovery));
    noCapacity.clear();
    expect(controls.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(controls[0]?.stdout).toBe(`${recovery}: paused; it is paused now\n`);
    expect(controls[1]?.stdout).toMatch(/: resumed; it is (running|failed) now\n$/);
    expect(controls[2]?.stdout).toBe(`${recovery}: aborted; it is aborted now\n`);
    const aborted = await cli('recoveries', recovery);
    expect(aborted.stdout).toMatch(/Aborted: aborted: aborted by \S+ on the command line/);
  });

  it('rehearses a loss without touching anything, and exits by the verdict', async () => {
    const { region } = await deployed('rehearsed');
    const drilled = await cli('drill', '--target', region, '--json');
    const { drill, result } = json<{ readonly drill: string; readonly result: { readonly verdict: string } }>(drilled);
    expect(drilled.code).toBe(result.verdict === 'pass' ? 0 : 1);
    expect(json(drilled)).toMatchObject({ kind: 'shadow', state: 'completed', scope: region });
    const [list, one] = await Promise.all([cli('drills'), cli('drills', drill)]);
    expect(list.stdout).toMatch(new RegExp(`${drill} +${region} +shadow +completed +${result.verdict} `));
    expect(one.stdout).toContain(`${drill}  shadow drill of ${region}  ${result.verdict}\n`);
    expect((await cli('status', 'rehearsed')).stdout).toContain('generation 1');
    // No sandbox is known here, so its clouds might be real.
    expect(await cli('drill', '--target', region, '--real')).toMatchObject({
      code: 2,
      stderr: 'error: a real drill moves real services: confirm it with --yes\n',
    });
  });

  it('an incident is told by the status and the list, while it is open', async () => {
    expect(await cli('incidents')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^no incident is open/) as unknown,
    });
    expect(json(await cli('incidents', '--all', '--json'))).toEqual({ incidents: [] });
    const { target } = await deployed('lost');
    await alertAbout(target);
    await expect.poll(async () => (await cli('incidents')).stdout, { timeout: 10_000 }).toContain(target);
    const status = await cli('status', 'lost');
    expect(status.stdout).toMatch(new RegExp(`^incident: lost/web on ${target}  since \\S+Z: `, 'm'));
  });
});

/** What a hook says inside: from outside nobody may. */
async function alertAbout(target: string): Promise<void> {
  const [application, service] = ['lost', 'web'];
  const about = { application, service, scope: target };
  const now = new Date().toISOString();
  const { type, subject, dataschema, data } = alertReceived.draft({
    alert: 'monitoring-lost-web',
    hook: 'monitoring',
    dialect: 'alertmanager',
    ...about,
    status: 'firing',
    severity: 'critical',
    title: 'it does not answer',
    description: '',
    labels: {},
    startsAt: now,
  });
  const id = 'alert-lost-web';
  const source = '/homeostasis/ingress';
  const attributes = { specversion: '1.0', datacontenttype: 'application/json', time: now, correlationid: id } as const;
  await plane.runtime.bus.publish([{ event: { ...attributes, id, source, type, subject, dataschema, data } }]);
}

describe.concurrent('cordons', () => {
  it('are put on, listed and lifted; twice is once', async () => {
    const scope = 'gcp/asia-south1';
    expect(await cli('cordon', scope, '--reason', 'quota')).toMatchObject({
      code: 0,
      stdout: `${scope}: cordoned: nothing new goes there, what stands there stays\n`,
    });
    expect(await cli('cordon', scope)).toMatchObject({ code: 0, stdout: `${scope} is cordoned already\n` });
    expect((await cli('cordon')).stdout).toMatch(/gcp\/asia-south1 +cordon +\S+Z +quota\n/);
    expect(json(await cli('cordon', '--json'))).toMatchObject({ cordons: [{ scope, mode: 'cordon' }] });
    expect(await cli('uncordon', scope, '--json')).toMatchObject({ code: 0 });
    expect(await cli('uncordon', scope)).toMatchObject({ code: 0, stdout: `${scope} is not cordoned\n` });
  });

  it.each([
    [['cordon', 'aws/eu-wset-1'], 'there is no region "aws/eu-wset-1" (did you mean "aws/eu-west-1"?)'],
    [['uncordon', 'asw'], 'there is no cloud "asw" (did you mean "aws"?)'],
    [['cordon', 'aws/eu-west-1/fargte'], 'there is no target "aws/eu-west-1/fargte" (did you mean'],
    [['recover', 'start', '--target', 'aws', '--mode', 'hasty'], '--mode: found "hasty", expected graceful or'],
    [['recover', 'start', '--target', 'aws', '--service', 'web'], '--service: found "web", expected application/'],
    [['recover', 'start'], "required option '--target <scope>' not specified"],
    [['drill', '--target', 'aws', '--real', '--shadow'], '--real and --shadow: it is one or the other'],
    [['metrics', 'shop', '--resolution', '2m'], '--resolution: found "2m", expected 1m, 5m, 1h'],
    [['metrics', 'shop/'], 'found "shop/", expected application or application/service'],
    [['failback', 'none'], 'there is no recovery none'],
    [['drills', 'none'], 'there is no drill none'],
  ] as const)('%j is bad input', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
